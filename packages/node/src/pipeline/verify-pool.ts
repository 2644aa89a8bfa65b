/**
 * Verifier threads over blocks in shared memory. A fixed number of blocks: whoever wants one waits until one is free, so
 * that intake never runs ahead of the verifiers.
 *
 * A thread that dies is replaced, and what it had taken is verified again: a verifier only reads envelopes and only writes
 * what it found. When none stays alive, the main thread verifies by itself.
 */
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";

import type { Kernels } from "@lakh/kernels";
import type { Log } from "@lakh/service";

import { BLOCK_MEMORY, Block } from "./block.ts";
import { Board } from "./board.ts";
import { SignerKeys } from "./signer-keys.ts";
import type { WorkerData } from "./verify-worker.ts";
import { Verifier } from "./verify.ts";

/** Blocks that a thread has at hand: one at work, one waiting. */
const BLOCKS_PER_THREAD = 2;
/** Blocks that are filled or executed meanwhile. */
const MORE_BLOCKS = 2;
/** Deaths of a thread without a block verified in between, after which it is not replaced. */
const MOST_DEATHS = 3;

export interface PoolParts {
  readonly kernels: Kernels;
  /** Domain separator, 32 bytes. */
  readonly domain: Uint8Array;
  readonly threads: number;
  /** Accounts (by index, from 0) whose signers' public keys are remembered; 65 bytes each. */
  readonly keyAccounts: number;
  /** How many blocks there are; by default what keeps the threads busy while the main one fills or executes a block. */
  readonly blocks?: number;
  /** Told when a thread ended, and was replaced or not: nothing is lost. */
  readonly onDeath: (death: ThreadDeath) => void;
  /** A block cannot be verified by the main thread either. */
  readonly onFailure: (error: unknown) => void;
}

export interface ThreadDeath {
  readonly thread: number;
  /** What it threw, if it did. */
  readonly error: unknown;
  /** Threads that verify from now on; 0: the main thread does. */
  readonly left: number;
}

/** Says once what happened. */
export function logDeath(log: Log, { thread, error, left }: ThreadDeath): void {
  const next = left > 0 ? "its blocks are verified again" : "the main thread verifies from now on";
  log.error({ thread, left, error }, `A verifier thread died: ${next}`);
}

interface Thread {
  readonly number: number;
  worker: Worker | undefined;
  /** Since it last verified a block. */
  deaths: number;
}

export class VerifyPool {
  private readonly parts: PoolParts;
  private readonly blocks: readonly Block[];
  private readonly free: Block[];
  private readonly board: Board;
  private readonly memories: readonly SharedArrayBuffer[];
  private readonly keys: SharedArrayBuffer | undefined;
  private readonly threads: readonly Thread[];
  /** By the number of a block that is given and not returned. */
  private readonly waiting = new Map<number, (block: Block) => void>();
  /** Verifies in the main thread, once no other is left. */
  private own: Verifier | undefined;
  private tags: Uint8Array;
  private tagsVersion = 0;
  private isListening = false;
  private isClosed = false;

  constructor(parts: PoolParts, tags: Uint8Array) {
    const { kernels, threads, keyAccounts, blocks } = parts;
    this.parts = parts;
    const count = blocks ?? threads * BLOCKS_PER_THREAD + MORE_BLOCKS;
    this.memories = Array.from({ length: count }, () => new SharedArrayBuffer(BLOCK_MEMORY));
    this.blocks = this.memories.map((memory) => new Block(memory));
    this.free = [...this.blocks];
    this.board = new Board(Board.memory(count, threads));
    this.tags = tags;
    this.keys = hasSecondGear(kernels) ? SignerKeys.memory(keyAccounts) : undefined;
    this.threads = Array.from({ length: threads }, (_, number) => ({ number, worker: undefined, deaths: 0 }));
    for (const thread of this.threads) this.start(thread);
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
    return this.waiting.size < this.alive;
  }

  /** Whether a thread could take another block, to have it at hand. */
  get hasRoom(): boolean {
    return this.waiting.size < this.alive * BLOCKS_PER_THREAD;
  }

  /** Threads that verify, the main one included when there is no other. */
  private get alive(): number {
    return Math.max(1, this.threads.filter(({ worker }) => worker !== undefined).length);
  }

  /**
   * Verifies a block with the tags as they are; `done` is called when it is, in no order, and never before this returns.
   * @param tags the table of tags; kept
   */
  verify(block: Block, tags: Uint8Array, objectCount: number, done: (block: Block) => void): void {
    if (tags !== this.tags) {
      this.tags = tags;
      this.tagsVersion++;
      for (const { worker } of this.threads) worker?.postMessage(tags);
    }
    block.objectCount = objectCount;
    block.tagsVersion = this.tagsVersion;
    const number = this.blocks.indexOf(block);
    this.waiting.set(number, done);
    this.board.give(number);
    this.listen();
  }

  /** Calls back for every block that is verified by now; happens by itself too, when the event loop is idle. */
  collect(): void {
    for (const [number, done] of this.waiting) {
      const by = this.board.collect(number);
      if (by === undefined) continue;
      (this.threads[by] as Thread).deaths = 0;
      this.waiting.delete(number);
      done(this.blocks[number] as Block);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.threads.map(({ worker }) => worker?.terminate()));
    this.board.wakeMain();
  }

  private start(thread: Thread): void {
    const { parts, memories: blocks, board, tags, tagsVersion, keys } = this;
    const { number } = thread;
    const kernels = requestOf(parts.kernels.name);
    const workerData: WorkerData = {
      ...{ thread: number, kernels, blocks, board: board.memory, tags, tagsVersion, keys },
      domain: parts.domain,
    };
    const worker = new Worker(new URL("./verify-worker.ts", import.meta.url), { workerData });
    let cause: unknown;
    worker.on("error", (error) => (cause = error));
    worker.on("exit", () => this.ended(thread, cause));
    worker.unref();
    thread.worker = worker;
  }

  private ended(thread: Thread, error: unknown): void {
    thread.worker = undefined;
    if (this.isClosed) return;
    this.collect();
    this.board.takeBack(thread.number);
    thread.deaths++;
    if (thread.deaths <= MOST_DEATHS) this.start(thread);
    const left = this.threads.filter(({ worker }) => worker !== undefined).length;
    this.parts.onDeath({ thread: thread.number, error, left });
    this.board.wakeMain();
  }

  /** Collects what threads finish for as long as something is with them. */
  private listen(): void {
    if (this.isListening) return;
    this.isListening = true;
    this.rounds().catch(this.parts.onFailure);
  }

  private async rounds(): Promise<void> {
    while (this.waiting.size > 0 && !this.isClosed) {
      const { finished } = this.board;
      this.collect();
      if (this.waiting.size === 0) break;
      const hasThreads = this.threads.some(({ worker }) => worker !== undefined);
      if (hasThreads) await this.board.whenFinished(finished);
      else {
        this.verifyOne();
        await setImmediate(); // whatever else the main thread serves has its turn
      }
    }
    this.isListening = false;
  }

  /** Verifies a block in the main thread, where no other is left to do it. */
  private verifyOne(): void {
    const { parts, keys, tags } = this;
    this.own ??= new Verifier(parts.kernels, keys && new SignerKeys(keys));
    const [number, done] = this.waiting.entries().next().value as [number, (block: Block) => void]; // some wait
    const block = this.blocks[number] as Block;
    this.board.withdraw(number);
    this.own.verify(block, { bytes: tags, domain: parts.domain });
    this.waiting.delete(number);
    done(block);
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
