/** A verifier thread: takes blocks off the board for as long as it lives. Its event loop never runs again. */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";

import { loadKernels } from "@lakh/kernels";

import { Block } from "./block.ts";
import { Board, type BoardMemory } from "./board.ts";
import { SignerKeys } from "./signer-keys.ts";
import { Verifier } from "./verify.ts";

/** What a thread starts with. Tables of tags that follow come as messages, in order. */
export interface WorkerData {
  readonly thread: number;
  /** As `loadKernels` takes it. */
  readonly kernels: string;
  readonly blocks: readonly SharedArrayBuffer[];
  readonly board: BoardMemory;
  readonly tags: Uint8Array;
  /** Of `tags`. */
  readonly tagsVersion: number;
  readonly domain: Uint8Array;
  /** Memory of `SignerKeys`. */
  readonly keys: SharedArrayBuffer | undefined;
}

const { thread, kernels, blocks: memories, board: boardMemory, keys, ...data } = workerData as WorkerData;
const blocks = memories.map((memory) => new Block(memory));
const board = new Board(boardMemory);
const verifier = new Verifier(await loadKernels(kernels), keys && new SignerKeys(keys));
let { tags, tagsVersion } = data;

for (;;) {
  const number = board.take(thread);
  const block = blocks[number] as Block;
  while (tagsVersion < block.tagsVersion) nextTags();
  verifier.verify(block, { bytes: tags, domain: data.domain });
  board.finish(thread, number);
}

function nextTags(): void {
  const received = parentPort === null ? undefined : receiveMessageOnPort(parentPort);
  if (received === undefined) throw new Error("invariant: tags are sent before the blocks that need them");
  tags = received.message as Uint8Array;
  tagsVersion++;
}
