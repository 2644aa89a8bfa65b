/** Why the engine refused a call. Bad items are outcomes, never errors; these are the caller's mistakes. */
export type EngineErrorCode =
  | "ENGINE_NO_ENTRY"
  | "ENGINE_ENTRY_OPEN"
  | "ENGINE_ENTRY_MISMATCH"
  | "ENGINE_ENTRY_KIND"
  | "ENGINE_NO_LEAF"
  | "ENGINE_NO_PROVER"
  | "ENGINE_MARK"
  | "ENGINE_EXIT_SPACE"
  | "ENGINE_RECORD_SPACE"
  | "ENGINE_SNAPSHOT";

/** An expected fault with a code; severity fatal: the caller must not go on with this engine as if nothing happened. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly severity = "fatal";

  constructor(code: EngineErrorCode, message: string) {
    super(message);
    this.name = "EngineError";
    this.code = code;
  }
}
