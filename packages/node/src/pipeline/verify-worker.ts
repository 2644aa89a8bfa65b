/** A verifier thread: told a block's number, it verifies the block and says the number back. */
import { parentPort, workerData } from "node:worker_threads";

import { loadKernels } from "@lakh/kernels";

import { Block } from "./block.ts";
import { SignerKeys } from "./signer-keys.ts";
import { Verifier } from "./verify.ts";

/** What a thread starts with. */
export interface WorkerData {
  /** As `loadKernels` takes it. */
  readonly kernels: string;
  readonly blocks: readonly SharedArrayBuffer[];
  readonly tags: Uint8Array;
  readonly domain: Uint8Array;
  /** Memory of `SignerKeys`. */
  readonly keys: SharedArrayBuffer | undefined;
}

/** A block's number, or the table of tags that replaced the one before. */
export type ToWorker = number | Uint8Array;

const { kernels, blocks: memories, tags, domain, keys } = workerData as WorkerData;
const blocks = memories.map((memory) => new Block(memory));
const verifier = new Verifier(await loadKernels(kernels), keys && new SignerKeys(keys));
const known = { bytes: tags, domain };

parentPort?.on("message", (message: ToWorker) => {
  if (typeof message !== "number") {
    known.bytes = message;
    return;
  }
  verifier.verify(blocks[message] as Block, known);
  parentPort?.postMessage(message);
});
