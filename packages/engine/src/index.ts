export { createEngine, Engine, type Quote } from "./engine.ts";
export { EngineError, type EngineErrorCode } from "./errors.ts";
export { amountInUp, amountOutDown, liquidityDown } from "./pools.ts";
export { type EngineConfig, type EntryPayload, type Mark, takesEffect } from "./types.ts";
