/**
 * Finds the signers of entries on the verifier threads while entries before them execute. Only ever a gain of time: what
 * it does not know is recovered when the entry executes.
 */
import type { Engine, Signers, TagTable } from "@lakh/engine";
import { ADDRESS_BYTES, DigestStatus } from "@lakh/kernels";
import { domainSeparator } from "@lakh/protocol";

import type { Entry } from "../types.ts";
import { Ahead, ENTRY_BYTES, type Part } from "./ahead.ts";
import { BLOCK_BYTES, BLOCK_ITEMS, type Block, TRUSTED } from "./block.ts";
import { type ThreadDeath, VerifyPool } from "./verify-pool.ts";

export interface PresignerConfig {
  readonly threads: number;
  /** Accounts, by index, whose signers' public keys are remembered. */
  readonly keyAccounts: number;
  /** Told when a thread ended, and was replaced or not: nothing is lost. */
  readonly onDeath?: (death: ThreadDeath) => void;
}

/** Enough for what the threads verify while the main one executes an entry. */
const BLOCKS = 16;

/** An entry in the queue. */
interface Queued {
  /** Undefined for one that is left to its execution. */
  readonly ahead: Ahead | undefined;
  /** Bytes that it holds, about. */
  readonly bytes: number;
}

/** Resolved when something came back from a thread, or a thread failed. */
interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Presigner {
  private readonly engine: Engine;
  private readonly domain: Uint8Array;
  private readonly pool: VerifyPool;
  /** In the order in which they execute. */
  private queue: Queued[] = [];
  private held = 0;
  /** Those of the queue that are not in blocks yet, or only in part. */
  private uncut: Ahead[] = [];
  private uncutItems = 0;
  private uncutBytes = 0;
  /** No further entry is to be expected: blocks need not be full. */
  private isComplete = false;
  /** Whose signers are waited for. */
  private awaited: Ahead | undefined;
  private blocksOut = 0;
  private goodSignatures = TRUSTED;
  private waiting: Waiting[] = [];
  private failure: { readonly error: unknown } | undefined;

  constructor(engine: Engine, { threads, keyAccounts, onDeath = () => undefined }: PresignerConfig) {
    this.engine = engine;
    const onFailure = (error: unknown): void => this.fail(error);
    this.domain = domainSeparator(engine.config);
    const { domain } = this;
    const parts = { kernels: engine.kernels, domain, threads, keyAccounts, blocks: BLOCKS, onDeath, onFailure };
    this.pool = new VerifyPool(parts, engine.tags().bytes);
  }

  /** Bytes that the entries in the queue hold, about. */
  get bytes(): number {
    return this.held;
  }

  /** Puts an entry behind those in the queue. @param isLast whether no further one follows for now */
  add({ payload }: Pick<Entry, "payload">, isLast: boolean): void {
    const ahead = payload instanceof Uint8Array ? new Ahead(payload) : undefined;
    const bytes = ahead?.bytes ?? sliceBytes(payload as readonly Uint8Array[]);
    this.queue.push({ ahead, bytes });
    this.held += bytes;
    this.isComplete = isLast;
    if (ahead !== undefined) {
      this.uncut.push(ahead);
      this.uncutItems += ahead.items;
      this.uncutBytes += ahead.itemBytes;
    }
    this.pump();
  }

  /**
   * Takes the first entry out of the queue, once its signers are found.
   * @returns its signers; undefined where it is left to its execution
   * @throws what ended a thread
   */
  async next(): Promise<Signers | undefined> {
    const first = this.queue[0]?.ahead;
    this.pool.collect();
    this.awaited = first;
    this.pump();
    while (first?.isDone === false || this.failure !== undefined) await this.progress();
    this.awaited = undefined;
    this.held -= this.queue.shift()?.bytes ?? 0;
    return first?.signers(this.engine, this.domain);
  }

  /** Empties the queue; resolves when no thread works on what was in it any more. */
  async clear(): Promise<void> {
    this.queue = [];
    this.uncut = [];
    this.held = this.uncutItems = this.uncutBytes = 0;
    this.awaited = undefined;
    while (this.blocksOut > 0 && this.failure === undefined) await this.progress().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.pool.close();
    this.fail(new Error("invariant: nobody waits for signers of a presigner that is closed"));
  }

  private progress(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure.error);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  /** Gives the threads what they have room for: full blocks, and others only where somebody waits for them. */
  private pump(): void {
    while (this.uncutItems > 0 && this.isTime()) {
      const block = this.pool.take();
      if (block === undefined) return;
      const tags = this.engine.tags();
      const parts = this.fill(block, tags);
      block.setTrust(0, block.count, this.goodSignatures >= TRUSTED);
      this.blocksOut++;
      this.pool.verify(block, tags.bytes, tags.count, () => this.verified(block, parts));
    }
  }

  private isTime(): boolean {
    const isFull = this.uncutItems >= BLOCK_ITEMS || this.uncutBytes >= BLOCK_BYTES;
    return isFull || this.isComplete || this.awaited?.isCut === false;
  }

  private fill(block: Block, tags: TagTable): Part[] {
    const parts: Part[] = [];
    for (let ahead = this.uncut[0]; ahead !== undefined; ahead = this.uncut[0]) {
      const part = ahead.fill(block, tags);
      if (part !== undefined) parts.push(part);
      if (!ahead.isCut) break;
      this.uncut.shift();
    }
    this.uncutItems -= block.count;
    this.uncutBytes -= block.bytes;
    return parts;
  }

  private verified(block: Block, parts: readonly Part[]): void {
    for (const part of parts) part.ahead.take(block, part);
    this.goodSignatures = isGood(block) ? this.goodSignatures + block.count : 0;
    this.pool.release(block);
    this.blocksOut--;
    for (const { resolve } of this.waiting.splice(0)) resolve();
    this.pump();
  }
}

/** Bytes that a slice of the queue holds, about. */
function sliceBytes(items: readonly Uint8Array[]): number {
  return items.reduce((sum, { length }) => sum + length, ENTRY_BYTES);
}

/** Whether every envelope whose digest is known was signed by somebody. */
function isGood({ count, status, signers }: Block): boolean {
  for (let i = 0; i < count; i++) {
    if (status[i] !== DigestStatus.Ok) continue;
    let at = ADDRESS_BYTES * i;
    const end = at + ADDRESS_BYTES;
    while (at < end && signers[at] === 0) at++;
    if (at === end) return false;
  }
  return true;
}
