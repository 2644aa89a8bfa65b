/**
 * From submissions to durable receipts: queues → blocks → verifier threads → execution → log → seal.
 *
 * Everything here is the main thread's, in turns of at most one block, so that whatever else it serves is served in
 * between. Sources take turns at the blocks; blocks are executed in the order in which they were filled; submissions that
 * became durable together share a signature.
 */
import { domainSeparator } from "@lakh/protocol";
import type { Log } from "@lakh/service";

import type { Chain } from "../chain.ts";
import type { ReceiptSigner } from "../sequencer/receipt.ts";
import type { Sequencer } from "../sequencer/sequencer.ts";
import { BLOCK_BYTES, BLOCK_ITEMS, type Block, TRUSTED } from "./block.ts";
import { BlockExecutor, type Segment } from "./block-executor.ts";
import { sealGroup } from "./receipt-tree.ts";
import type { Source, Submission } from "./submission.ts";
import { type ThreadDeath, VerifyPool, logDeath } from "./verify-pool.ts";

export interface PipelineConfig {
  /** Threads that verify. */
  readonly verifyThreads: number;
  /** Accounts, by index, whose signers' public keys are remembered. */
  readonly keyAccounts: number;
  /** Envelopes of one source in a row. */
  readonly turn: number;
  /** Least time between two commits, milliseconds: those who wait share one. */
  readonly commitMilliseconds: number;
}

export interface PipelineParts {
  readonly chain: Chain;
  readonly sequencer: Sequencer;
  readonly signer: ReceiptSigner;
  readonly log: Log;
  /** Called after what was promised became durable. */
  readonly onChange: () => void;
  /** The disk failed: nothing may be promised any more. */
  readonly onFailure: (error: unknown) => void;
}

interface Job {
  readonly block: Block;
  readonly segments: Segment[];
  isVerified: boolean;
  /** Of the tags that it was verified with. */
  generation: number;
}

/**
 * Least time between two blocks that are not full, milliseconds: a block costs the disk, the signer and both sides of a
 * thread the same whatever it holds, and the kernels less an envelope the more it holds. Who comes alone does not wait.
 */
const GATHER_MILLISECONDS = 8;

/** Pause before looking again whether the sequencer has room. */
const WAIT_MILLISECONDS = 10;

export class Pipeline {
  private readonly config: PipelineConfig;
  private readonly parts: PipelineParts;
  private readonly pool: VerifyPool;
  private readonly executor: BlockExecutor;
  /** Sources with something to verify, in turn. */
  private readonly line: Source[] = [];
  private readonly jobs: Job[] = [];
  private executed: Submission[] = [];
  private isScheduled = false;
  /** When the last block was filled, milliseconds. */
  private filledAt = -Infinity;
  private gathering: NodeJS.Timeout | undefined;
  /** For room in the sequencer. */
  private waiting: NodeJS.Timeout | undefined;
  private committing: Promise<void> | undefined;
  private isStopped = false;

  constructor(config: PipelineConfig, parts: PipelineParts) {
    this.config = config;
    this.parts = parts;
    const { chain, sequencer } = parts;
    const { kernels, config: engineConfig } = chain.engine;
    const domain = domainSeparator(engineConfig);
    const poolParts = {
      kernels,
      domain,
      threads: config.verifyThreads,
      keyAccounts: config.keyAccounts,
      onDeath: (death: ThreadDeath) => logDeath(parts.log, death),
      onFailure: (error: unknown) => this.fail(error),
    };
    this.pool = new VerifyPool(poolParts, chain.engine.tags().bytes);
    this.executor = new BlockExecutor(sequencer, chain, engineConfig, domain);
  }

  /** Puts a submission in its source's queue. */
  submit(submission: Submission): void {
    const { source } = submission;
    source.queue.push(submission);
    if (!source.isWaiting) {
      source.isWaiting = true;
      this.line.push(source);
    }
    this.schedule();
  }

  /** Takes nothing any more; what was executed becomes durable, but is not said. */
  async close(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.gathering);
    clearTimeout(this.waiting);
    await this.committing;
    await this.pool.close();
  }

  private fail(error: unknown): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.parts.onFailure(error);
  }

  private schedule(): void {
    if (this.isScheduled || this.isStopped) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      if (!this.isStopped) this.turn();
    });
  }

  /** One turn of the main loop: takes back what is verified, fills blocks, executes at most one. */
  private turn(): void {
    this.pool.collect();
    this.fill();
    const job = this.jobs[0];
    if (job?.isVerified !== true) return;
    if (!this.parts.sequencer.hasRoom(job.block.bytes)) {
      this.lookAgain();
      return;
    }
    if (this.parts.chain.engine.tags().generation !== job.generation) {
      this.verify(job); // objects were undone since
      return;
    }
    this.execute(job);
    this.schedule();
  }

  /** Has another turn after a pause. */
  private lookAgain(): void {
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined;
      this.schedule();
    }, WAIT_MILLISECONDS);
  }

  private fill(): void {
    while (this.line.length > 0 && this.mayFill()) {
      const block = this.pool.take();
      if (block === undefined) return;
      block.needsHashes = true;
      const job: Job = { block, segments: [], isVerified: false, generation: 0 };
      while (this.line.length > 0 && this.fillTurn(job));
      this.jobs.push(job);
      this.verify(job);
      this.filledAt = performance.now();
    }
  }

  /** Whether it is time for a block: a full one whenever a thread has room for it, another only now and then. */
  private mayFill(): boolean {
    if (!this.pool.hasRoom) return false;
    if (this.waitsFullBlock()) return true;
    if (!this.pool.hasIdle) return false;
    const wait = this.filledAt + GATHER_MILLISECONDS - performance.now();
    if (wait <= 0) return true;
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.schedule();
    }, wait);
    return false;
  }

  /** Whether a full block of envelopes waits in the queues. */
  private waitsFullBlock(): boolean {
    let items = 0;
    let bytes = 0;
    for (const { queue } of this.line)
      for (const { count, taken, frame, at } of queue) {
        items += count - taken;
        bytes += frame.length - at;
        if (items >= BLOCK_ITEMS || bytes >= BLOCK_BYTES) return true;
      }
    return false;
  }

  /** Gives the first source in line its turn in a block. @returns whether the block may have room for another's */
  private fillTurn({ block, segments }: Job): boolean {
    const source = this.line.shift() as Source;
    let most = this.config.turn;
    let isFull = false;
    while (most > 0 && !isFull) {
      const submission = source.queue[0];
      if (submission === undefined) break;
      const first = block.count;
      const count = takeItems(submission, block, most);
      block.setTrust(first, count, source.goodSignatures >= TRUSTED);
      if (count > 0) segments.push({ submission, count });
      most -= count;
      isFull = submission.taken < submission.count && most > 0;
      if (submission.taken === submission.count) source.queue.shift();
    }
    source.isWaiting = source.queue.length > 0;
    if (source.isWaiting) this.line.push(source);
    return !isFull && block.count < BLOCK_ITEMS;
  }

  private verify(job: Job): void {
    const tags = this.parts.chain.engine.tags();
    job.isVerified = false;
    job.generation = tags.generation;
    this.pool.verify(job.block, tags.bytes, tags.count, () => {
      job.isVerified = true;
      this.schedule();
    });
  }

  private execute({ block, segments }: Job): void {
    this.executor.run(block, segments);
    this.jobs.shift();
    this.pool.release(block);
    for (const { submission } of segments) if (submission.isDone) this.executed.push(submission);
    if (this.executed.length > 0) this.committing ??= this.commitAll();
  }

  /** Makes durable and says what was executed, until nothing is left. */
  private async commitAll(): Promise<void> {
    try {
      while (this.executed.length > 0 && !this.isStopped) {
        const pause = new Promise((resolve) => setTimeout(resolve, this.config.commitMilliseconds));
        const group = [...new Set(this.executed)]; // two segments of one submission may end it in one block
        this.executed = [];
        await this.parts.sequencer.commit();
        if (!this.isStopped) this.say(group);
        await pause;
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.committing = undefined;
    }
  }

  private say(group: readonly Submission[]): void {
    const { chain, signer, onChange } = this.parts;
    const seals = sealGroup(chain.engine.kernels, group, (root) => signer.signRoot(root));
    group.forEach((submission, i) => submission.source.finish(submission, seals[i] as (typeof seals)[number]));
    onChange();
  }
}

/** Copies items into a block, at most `most` and what fits. @returns how many */
function takeItems(submission: Submission, block: Block, most: number): number {
  const { frame, at: from } = submission;
  const { spans } = block;
  const start = block.bytes;
  const limit = Math.min(most, submission.count - submission.taken, BLOCK_ITEMS - block.count);
  let at = from;
  let count = 0;
  for (; count < limit; count++) {
    const first = frame[at] as number;
    const [prefix, length] = first < 0x80 ? [1, first] : [2, ((first & 0x3f) << 8) | (frame[at + 1] as number)];
    const end = at + prefix + length;
    if (start + end - from > BLOCK_BYTES) break;
    const span = 2 * (block.count + count);
    spans[span] = start + at + prefix - from;
    spans[span + 1] = start + end - from;
    at = end;
  }
  block.data.set(frame.subarray(from, at), start);
  block.count += count;
  submission.at = at;
  submission.taken += count;
  return count;
}
