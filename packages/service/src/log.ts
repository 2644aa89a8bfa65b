import { pino, stdTimeFunctions, type DestinationStream, type Logger } from "pino";

export type Log = Logger;

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogConfig {
  /** The program's name in each line. */
  readonly service: string;
  readonly level: LogLevel;
  /** `json`: one object a line; `text`: for people at a terminal. */
  readonly format: "json" | "text";
}

/** A structured log: `log.info({ entry }, "Batch posted")`. bigints are written as decimal strings. */
export function createLog(config: LogConfig, stream: DestinationStream = process.stdout): Log {
  const destination = config.format === "json" ? stream : { write: (line: string) => stream.write(toText(line)) };
  return pino(
    {
      level: config.level,
      base: { service: config.service },
      timestamp: stdTimeFunctions.isoTime,
      messageKey: "message",
      formatters: { level: (label) => ({ level: label }), log: (fields) => plain(fields) },
    },
    destination,
  );
}

/** A log that says nothing. */
export function silentLog(): Log {
  return pino({ level: "silent" });
}

/** JSON has no bigint: decimal strings, at any depth. */
function plain(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plainValue);
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return plain(value as Record<string, unknown>);
  }
  return value;
}

/** One JSON line as `12:34:56 info  batcher  Batch posted  entry=3`. */
function toText(line: string): string {
  const { time, level, service, message, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  const clock = String(time).slice(11, 19);
  return [`${clock} ${String(level).padEnd(5)}`, String(service).padEnd(10), message, ...rest].join("  ") + "\n";
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
