/** What the caller should do: try the same again; read L1 again and decide anew; stop the process. */
export type Severity = "retry" | "reset" | "fatal";

/** Details that a log line or a caller can use; never secrets. */
export type ErrorData = Readonly<Record<string, unknown>>;

/** An expected fault: a code to act on, a sentence for people, and what it was about. */
export class CodedError extends Error {
  override readonly name = "CodedError";
  readonly code: string;
  readonly severity: Severity;
  readonly data: ErrorData;

  constructor(code: string, severity: Severity, message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.severity = severity;
    this.data = data;
  }
}

/** Same again, later. */
export function retry(code: string, message: string, data?: ErrorData, cause?: unknown): CodedError {
  return new CodedError(code, "retry", message, data, cause);
}

/** The world is another than was thought: read it again. */
export function reset(code: string, message: string, data?: ErrorData, cause?: unknown): CodedError {
  return new CodedError(code, "reset", message, data, cause);
}

/** Nothing that this process does can help. */
export function fatal(code: string, message: string, data?: ErrorData, cause?: unknown): CodedError {
  return new CodedError(code, "fatal", message, data, cause);
}

/** Whether `error` is a {@link CodedError} with this code. */
export function hasCode(error: unknown, code: string): error is CodedError {
  return error instanceof CodedError && error.code === code;
}

/** The text with each URL cut to its host: paths and queries may hold API keys, and libraries put URLs into their messages. */
export function withoutPaths(text: string): string {
  return text.replace(/\b(?:https?|wss?):\/\/[^\s"'`<>]+/gi, (url) => {
    const { protocol, host } = URL.parse(url) ?? {};
    return host ? `${protocol}//${host}` : "(URL)";
  });
}

/** An error as fields of a log line; one without a code with its stack. */
export function errorFields(error: unknown): ErrorData {
  if (error instanceof CodedError) {
    return { code: error.code, severity: error.severity, reason: error.message, ...error.data };
  }
  return { code: "Unexpected", severity: "fatal", reason: withoutPaths(String(error)), stack: stackOf(error) };
}

/** Causes that are shown below an error. */
const MAX_CAUSES = 4;

/** Where an error came from, and what caused it. */
function stackOf(error: unknown): string {
  const stacks: string[] = [];
  for (let at = error; at instanceof Error && stacks.length <= MAX_CAUSES; at = at.cause) {
    stacks.push(at.stack ?? String(at));
  }
  return withoutPaths(stacks.join("\ncaused by: "));
}
