/** Follows L1: reads its blocks in bounded ranges, derives entries, and notices reorganisations. One pass at a time. */
import type { Hex } from "@lakh/protocol";
import { ZERO_HASH } from "@lakh/protocol";

import { hasCode } from "@lakh/service";

import { nodeError } from "../errors.ts";
import type { ReadBlobs } from "../l1/blob-reader.ts";
import type { L1Reader } from "../l1/reader.ts";
import type { AppendedEvent, InboxEvent, L1Block, L1Entry, QueueItem } from "../types.ts";
import { type Checkpoint, Checkpoints } from "./checkpoints.ts";
import { bareEntry, batchEntry, blobEntry, checkSuccession, isInBlobs, isInCalldata, sliceEntry } from "./derive.ts";
import { QueueMirror } from "./queue-mirror.ts";

export interface TrackerConfig {
  /** Block in which the Inbox was deployed. */
  readonly startBlock: number;
  /** The kernels' `dataHash`; without it the plain one. */
  readonly hashBatch?: (data: Uint8Array) => Hex;
  /** Gives the blobs of an entry, checked against its hash. */
  readonly readBlobs: ReadBlobs;
  /** Blobs of the entries before this one are left out: their state was taken over. */
  readonly blobsFrom: number;
  /** Most blocks of one `getLogs`. */
  readonly rangeBlocks: number;
}

/** What one pass found. */
export type TrackerPass =
  | { readonly kind: "idle"; readonly head: L1Block; readonly finalized: number }
  | {
      /** L1 reorganised: all that stood behind `to` is gone. */
      readonly kind: "reorg";
      readonly to: Checkpoint;
    }
  | {
      readonly kind: "read";
      readonly head: L1Block;
      readonly finalized: number;
      readonly entries: readonly L1Entry[];
      readonly queue: readonly QueueItem[];
      readonly checkpoint: Checkpoint;
      /** No block is left to read. */
      readonly caughtUp: boolean;
    };

/** Transactions whose inputs are asked for at once. */
const PARALLEL_INPUTS = 8;
/** Passes for which an L1 that is behind what it said before is waited for; then it counts as reorganised. */
const MAX_LAG_PASSES = 5;
/** Passes in a row that may contradict what was read before; then that is doubted, and its last range read anew. */
const MAX_CONTRADICTIONS = 3;

export class L1Tracker {
  readonly queue = new QueueMirror();
  private readonly checkpoints = new Checkpoints();
  private readonly reader: L1Reader;
  private readonly config: TrackerConfig;
  /** Accumulators before the entries from `firstAcc` on, the next one included; those before are final. */
  private readonly accs: Hex[] = [ZERO_HASH];
  private firstAcc = 0;
  private finalizedBlock = -1;
  private head: L1Block | undefined;
  private lagPasses = 0;
  private contradictions = 0;
  /** Where the last one was found, and how many ranges before it are doubted next: ever more while it stays. */
  private contradictedBlock = -1;
  private doubtedRanges = 1;
  /** Last block up to which what was read is what the Inbox held. */
  private comparedBlock = -1;
  /** Blocks of the next `getLogs`: fewer after one that failed. */
  private rangeBlocks: number;

  constructor(reader: L1Reader, config: TrackerConfig) {
    this.reader = reader;
    this.config = config;
    this.rangeBlocks = config.rangeBlocks;
  }

  /** Entries read so far. */
  get length(): number {
    return this.firstAcc + this.accs.length - 1;
  }

  /** Takes over what an earlier run of this node read. */
  resume(accs: readonly Hex[], queue: readonly QueueItem[], checkpoints: readonly Checkpoint[]): void {
    for (const acc of accs) this.accs.push(acc);
    for (const item of queue) this.queue.push(item);
    for (const checkpoint of checkpoints) this.checkpoints.push(checkpoint);
  }

  /** Entries and queue items in final blocks, as far as they will not be read again. */
  finalizedAt(): Checkpoint | undefined {
    return this.checkpoints.atOrBelow(this.certainBlock);
  }

  /** @throws CodedError L1Unreachable, L1Moved, L1Inconsistent, L1FinalityBroken */
  async pass(): Promise<TrackerPass> {
    const head = await this.reader.head();
    if (await this.isLagging(head)) return { kind: "idle", head: this.head ?? head, finalized: this.finalizedBlock };
    this.head = head;
    const reorg = await this.returnToCanonical();
    if (reorg !== undefined) return { kind: "reorg", to: reorg };
    this.finalizedBlock = Math.max(this.finalizedBlock, await this.reader.finalized(head));
    this.prune();
    const from = (this.checkpoints.last?.block ?? this.config.startBlock - 1) + 1;
    if (from > head.number) return { kind: "idle", head, finalized: this.finalizedBlock };
    // No range reaches across the final block: what is final always has a checkpoint behind it.
    const last = from <= this.finalizedBlock ? Math.min(this.finalizedBlock, head.number) : head.number;
    const to = Math.min(last, from + this.rangeBlocks - 1);
    if (this.contradictions >= MAX_CONTRADICTIONS) {
      const doubted = this.doubt();
      if (doubted !== undefined) return { kind: "reorg", to: doubted };
    }
    const found = await this.readOrShrink(from, to, head.number);
    return { kind: "read", head, finalized: this.finalizedBlock, ...found, caughtUp: to === head.number };
  }

  /**
   * Whether the endpoint is merely behind what it said before, as another machine behind the same address may be: its head
   * is a block that was read already, and nothing up to it has changed.
   */
  private async isLagging(head: L1Block): Promise<boolean> {
    const last = this.checkpoints.last;
    if (last === undefined || head.number >= last.block || this.lagPasses >= MAX_LAG_PASSES) {
      this.lagPasses = 0;
      return false;
    }
    const known = this.checkpoints.atOrBelow(head.number);
    if (known !== undefined && (await this.reader.block(known.block))?.hash !== known.hash) return false;
    this.lagPasses++;
    return true;
  }

  /** What was read up to here will not be read again: it is final, and the Inbox bore it out. */
  private get certainBlock(): number {
    return Math.min(this.finalizedBlock, this.comparedBlock);
  }

  /** Drops what is no longer on L1; the checkpoint returned to, or undefined when nothing changed. */
  private async returnToCanonical(): Promise<Checkpoint | undefined> {
    let changed = false;
    let last = this.checkpoints.last;
    while (last !== undefined && (await this.reader.block(last.block))?.hash !== last.hash) {
      if (last.block <= this.finalizedBlock)
        throw nodeError("L1FinalityBroken", `L1 no longer has block ${last.block}, which it called final`, { ...last });
      changed = true;
      this.checkpoints.pop();
      last = this.checkpoints.last;
    }
    return changed ? this.returnTo(last) : undefined;
  }

  /**
   * Drops the last ranges read: what was read since contradicts them, as it does when logs came from another history than
   * the blocks around them. Undefined when all is certain, and the fault lies with L1.
   */
  private doubt(): Checkpoint | undefined {
    this.contradictions = 0;
    let dropped = 0;
    for (; dropped < this.doubtedRanges && (this.checkpoints.last?.block ?? -1) > this.certainBlock; dropped++)
      this.checkpoints.pop();
    this.doubtedRanges *= 2;
    return dropped === 0 ? undefined : this.returnTo(this.checkpoints.last);
  }

  private returnTo(last: Checkpoint | undefined): Checkpoint {
    const to = last ?? { block: this.config.startBlock - 1, hash: ZERO_HASH, entries: 0, queue: 0 };
    this.truncate(to);
    this.comparedBlock = Math.min(this.comparedBlock, to.block);
    return to;
  }

  /** Forgets what is not needed to return to a block that is not final. */
  private prune(): void {
    this.checkpoints.prune(this.certainBlock);
    const { first } = this.checkpoints;
    if (first === undefined || first.block > this.certainBlock) return;
    this.accs.splice(0, first.entries - this.firstAcc);
    this.firstAcc = first.entries;
  }

  private truncate({ entries, queue }: Pick<Checkpoint, "entries" | "queue">): void {
    this.accs.length = entries - this.firstAcc + 1;
    this.queue.truncate(queue);
  }

  /** Endpoints limit what one `getLogs` may find: after a failure fewer blocks are asked for. */
  private async readOrShrink(from: number, to: number, head: number) {
    try {
      const found = await this.read(from, to, head);
      this.contradictions = 0;
      if (to >= this.contradictedBlock) this.doubtedRanges = 1;
      this.rangeBlocks = Math.min(this.config.rangeBlocks, 2 * this.rangeBlocks);
      return found;
    } catch (error) {
      if (hasCode(error, "L1Inconsistent")) {
        this.contradictions++;
        this.contradictedBlock = to;
      }
      this.rangeBlocks = Math.max(1, Math.floor((to - from + 1) / 2));
      throw error;
    }
  }

  private async read(from: number, to: number, head: number) {
    const last = await this.blockOrMoved(to);
    const events = await this.reader.events(from, to);
    if ((await this.blockOrMoved(to)).hash !== last.hash)
      throw nodeError("L1Moved", `block ${to} changed while it was read`, { block: to });
    const before = { entries: this.length, queue: this.queue.length };
    try {
      const derived = await this.derive(events);
      // Earlier blocks' states are with archive nodes only; what is missing there shows at the head.
      if (to === head) await this.compareWithInbox(to);
      const checkpoint = { block: to, hash: last.hash, entries: this.length, queue: this.queue.length };
      this.checkpoints.push(checkpoint);
      return { ...derived, checkpoint };
    } catch (error) {
      this.truncate(before);
      throw error;
    }
  }

  /** Logs may be left out or be those of another history, and no block's hash tells. */
  private async compareWithInbox(block: number): Promise<void> {
    const expected = await this.reader.inboxAt(block);
    const found = { entries: this.length, acc: this.accs.at(-1) ?? ZERO_HASH, queue: this.queue.length };
    if (found.entries !== expected.entries || found.acc !== expected.acc || found.queue !== expected.queue)
      throw nodeError("L1Inconsistent", `L1's logs up to block ${block} are not what its Inbox holds`, {
        block,
        found,
        expected,
      });
    this.comparedBlock = block;
  }

  private async derive(events: readonly InboxEvent[]) {
    const batches = events.filter((event) => event.kind === "entry").filter(isInCalldata);
    const inputs = await this.inputsOf(batches);
    const queue: QueueItem[] = [];
    const entries: L1Entry[] = [];
    for (const event of events) {
      if (event.kind === "queue") {
        this.queue.push(event);
        queue.push(event);
        continue;
      }
      checkSuccession(event, { length: this.length, acc: this.accs.at(-1) ?? ZERO_HASH });
      const input = inputs.get(event.number);
      if (input !== undefined) entries.push(batchEntry(event, input, this.config.hashBatch));
      else if (isInBlobs(event) && event.number < this.config.blobsFrom) entries.push(bareEntry(event));
      else if (isInBlobs(event)) entries.push(blobEntry(event, await this.config.readBlobs(event)));
      else entries.push(sliceEntry(event, this.queue));
      this.accs.push(event.acc);
    }
    return { entries, queue };
  }

  private async inputsOf(batches: readonly AppendedEvent[]): Promise<Map<number, Uint8Array>> {
    const inputs = new Map<number, Uint8Array>();
    for (let at = 0; at < batches.length; at += PARALLEL_INPUTS) {
      const group = batches.slice(at, at + PARALLEL_INPUTS);
      const found = await Promise.all(group.map((event) => this.reader.input(event.l1.transaction)));
      group.forEach((event, i) => inputs.set(event.number, found[i] as Uint8Array));
    }
    return inputs;
  }

  private async blockOrMoved(number: number): Promise<L1Block> {
    const block = await this.reader.block(number);
    if (block === undefined) throw nodeError("L1Moved", `L1 no longer has block ${number}`, { block: number });
    return block;
  }
}
