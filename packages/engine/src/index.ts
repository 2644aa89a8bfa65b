export { createEngine, Engine, type Quote } from "./engine.ts";
export { EngineError, type EngineErrorCode } from "./errors.ts";
export { mulDivDown } from "./math.ts";
export { amountInUp, amountOutDown, liquidityDown } from "./pools.ts";
export { type EngineConfig, type EntryPayload, type Mark, takesEffect } from "./types.ts";
export type { Signers } from "./presign.ts";
export { restoreEngine, takeSnapshot } from "./snapshot.ts";
export { type KnownEntry, runSteps, traceSteps } from "./trace.ts";
export { buildWitness, type WitnessEntry } from "./witness.ts";
