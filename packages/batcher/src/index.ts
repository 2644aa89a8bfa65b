export { createBatcher, type BatcherConfig, type BatcherDeps } from "./batcher.ts";
export { AT_FIRST, type DataMode, type Leaning, type Prices, costWei, lean } from "./data.ts";
export { runBatcher } from "./daemon.ts";
export { batcherOptions, type BatcherOptions } from "./options.ts";
export { sealedEntriesOf, type SealedEntry, type SealedSource } from "./sealed.ts";
