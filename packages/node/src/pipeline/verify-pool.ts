/**
 * Verifier threads over blocks in shared memory. A fixed number of blocks: whoever wants one waits until one is free, so
 * that intake never runs ahead of the verifiers.
 */
import { Worker } from "node:worker_threads";

import type { Kernels } from "@lakh/kernels";

import { BLOCK_MEMORY, Block } from "./block.ts";
import { SignerKeys } from "./signer-keys.ts";
import type { ToWorker, WorkerData } from "./verify-worker.ts";

/** Blocks that a thread has at hand: one at work, one waiting. */
const BLOCKS_PER_THREAD = 2;
/** Blocks that are filled or executed meanwhile. */
const MORE_BLOCKS = 2;

export interface PoolParts {
  readonly kernels: Kernels;
  /** Domain separator, 32 bytes. */
  readonly domain: Uint8Array;
  readonly threads: number;
  /** Accounts (by index, from 0) whose signers' public keys are remembered; 65 bytes each. */
  readonly keyAccounts: number;
  /** How many blocks there are; by default what keeps the threads busy while the main one fills or executes a block. */
  readonly blocks?: number;
  /** A thread ended: nothing can be verified any more. */
  readonly onFailure: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Blocks given and not returned. */
  load: number;
}

export class VerifyPool {
  private readonly blocks: readonly Block[];
  private readonly free: Block[];
  private readonly threads: readonly Thread[];
  private readonly waiting = new Map<number, (block: Block) => void>();
  private tags: Uint8Array;
  private isClosed = false;

  constructor({ kernels, domain, threads, keyAccounts, blocks, onFailure }: PoolParts, tags: Uint8Array) {
    const count = blocks ?? threads * BLOCKS_PER_THREAD + MORE_BLOCKS;
    const memories = Array.from({ length: count }, () => new SharedArrayBuffer(BLOCK_MEMORY));
    this.blocks = memories.map((memory) => new Block(memory));
    this.free = [...this.blocks];
    this.tags = tags;
    const keys = hasSecondGear(kernels) ? SignerKeys.memory(keyAccounts) : undefined;
    const workerData: WorkerData = { kernels: requestOf(kernels.name), blocks: memories, tags, domain, keys };
    this.threads = Array.from({ length: threads }, () => {
      const worker = new Worker(new URL("./verify-worker.ts", import.meta.url), { workerData });
      const thread = { worker, load: 0 };
      worker.on("message", (number: number) => this.verified(thread, number));
      worker.on("error", onFailure);
      worker.on("exit", () => {
        if (!this.isClosed) onFailure(new Error("invariant: verifier threads run as long as the pool"));
      });
      worker.unref();
      return thread;
    });
  }

  /** A free block, empty, or undefined: give it back by `release`. */
  take(): Block | undefined {
    const block = this.free.pop();
    if (block !== undefined) block.count = 0;
    return block;
  }

  release(block: Block): void {
    this.free.push(block);
  }

  /** Whether a thread has nothing to do. */
  get hasIdle(): boolean {
    return this.threads.some(({ load }) => load === 0);
  }

  /** Whether a thread could take another block, to have it at hand. */
  get hasRoom(): boolean {
    return this.threads.some(({ load }) => load < BLOCKS_PER_THREAD);
  }

  /**
   * Verifies a block with the tags as they are; `done` is called when it is, in no order.
   * @param tags the table of tags; kept
   */
  verify(block: Block, tags: Uint8Array, objectCount: number, done: (block: Block) => void): void {
    if (tags !== this.tags) {
      this.tags = tags;
      for (const { worker } of this.threads) worker.postMessage(tags satisfies ToWorker);
    }
    block.objectCount = objectCount;
    const thread = this.threads.reduce((least, other) => (other.load < least.load ? other : least));
    const number = this.blocks.indexOf(block);
    thread.load++;
    this.waiting.set(number, done);
    thread.worker.postMessage(number satisfies ToWorker);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }

  private verified(thread: Thread, number: number): void {
    thread.load--;
    const done = this.waiting.get(number);
    this.waiting.delete(number);
    done?.(this.blocks[number] as Block);
  }
}

/** Whether verifying with known keys is faster than recovery here. */
function hasSecondGear({ name }: Kernels): boolean {
  return name === "native-avx512";
}

/** What `loadKernels` is asked for in a thread, to get the implementation of this name. */
function requestOf(name: string): string {
  return name === "native-avx512" ? "native" : name;
}
