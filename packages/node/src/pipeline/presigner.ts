/**
 * Finds the signers of entries on the verifier threads while entries before them execute. Only ever a gain of time: what
 * it does not know is recovered when the entry executes.
 */
import type { Engine, Signers } from "@lakh/engine";
import { domainSeparator } from "@lakh/protocol";

import type { Entry } from "../types.ts";
import { Ahead } from "./ahead.ts";
import { type ThreadDeath, VerifyPool } from "./verify-pool.ts";

export interface PresignerConfig {
  readonly threads: number;
  /** Accounts, by index, whose signers' public keys are remembered. */
  readonly keyAccounts: number;
  /** Told when a thread ended, and was replaced or not: nothing is lost. */
  readonly onDeath?: (death: ThreadDeath) => void;
}

/** Good signatures in a row from which on they are verified together: a bad one among them then costs all their time. */
const TRUSTED = 4096;

/** Enough for what the threads verify while the main one executes an entry. */
const BLOCKS = 16;

/** Resolved when something came back from a thread, or a thread failed. */
interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Presigner {
  private readonly engine: Engine;
  private readonly domain: Uint8Array;
  private readonly pool: VerifyPool;
  /** In the order in which they execute; undefined for one that is left to its execution. */
  private queue: (Ahead | undefined)[] = [];
  private held = 0;
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

  /** Puts an entry behind those in the queue. */
  add({ payload }: Pick<Entry, "payload">): void {
    const ahead = payload instanceof Uint8Array ? new Ahead(payload) : undefined;
    this.queue.push(ahead);
    this.held += ahead?.bytes ?? 0;
    this.pump();
  }

  /**
   * Takes the first entry out of the queue, once its signers are found.
   * @returns its signers; undefined where it is left to its execution
   * @throws what ended a thread
   */
  async next(): Promise<Signers | undefined> {
    const [first] = this.queue;
    while (first?.isDone === false) await this.progress();
    this.queue.shift();
    this.held -= first?.bytes ?? 0;
    return first?.signers(this.engine, this.domain);
  }

  /** Empties the queue; resolves when no thread works on what was in it any more. */
  async clear(): Promise<void> {
    this.queue = [];
    this.held = 0;
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

  /** Gives the threads what they have room for. */
  private pump(): void {
    for (const ahead of this.queue) {
      while (ahead?.isCut === false) {
        const block = this.pool.take();
        if (block === undefined) return;
        const tags = this.engine.tags();
        const first = ahead.fill(block, tags);
        block.setTrust(0, block.count, this.goodSignatures >= TRUSTED);
        this.blocksOut++;
        this.pool.verify(block, tags.bytes, tags.count, () => {
          this.goodSignatures = ahead.take(block, first) ? this.goodSignatures + block.count : 0;
          this.pool.release(block);
          this.blocksOut--;
          for (const { resolve } of this.waiting.splice(0)) resolve();
          this.pump();
        });
      }
    }
  }
}
