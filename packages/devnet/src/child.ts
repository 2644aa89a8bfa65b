/** A child process whose words go to a file. */
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";

import { type CodedError, fatal } from "@lakh/service";

export interface Child {
  readonly name: string;
  /** Rejects when the child ends without having been told to. */
  readonly failed: Promise<never>;
  /** Ends it: asks, and after some seconds insists. */
  stop(): Promise<void>;
}

export interface ChildConfig {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
}

const PATIENCE_MS = 8_000;
const TAIL = 2_000;

export function startChild({ name, command, args, cwd, env, logFile }: ChildConfig): Child {
  const log = openSync(logFile, "a");
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", log, log] });
  // Should this process end in an unforeseen way, nothing is left behind.
  const kill = (): void => void child.kill("SIGKILL");
  process.on("exit", kill);
  child.on("exit", () => process.off("exit", kill));
  let stopping = false;
  const ended = new Promise<CodedError>((resolve) => {
    child.on("error", (error) => resolve(fatal("ChildFailed", `${name} cannot run: ${error.message}`, { name })));
    child.on("exit", (status, signal) => {
      const end = readFileSync(logFile, "utf8").slice(-TAIL);
      resolve(fatal("ChildFailed", `${name} ended (${signal ?? status}):\n${end}`, { name, status, signal, logFile }));
    });
  });
  const failed = ended.then((error): never => {
    if (!stopping) throw error;
    return new Promise<never>(() => undefined) as never;
  });
  failed.catch(() => undefined); // whoever runs the devnet awaits it
  return {
    name,
    failed,
    async stop() {
      stopping = true;
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      await ended;
      clearTimeout(force);
    },
  };
}
