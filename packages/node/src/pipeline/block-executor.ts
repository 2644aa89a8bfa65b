/** Executes verified blocks on the sequencer's open entry. What this file does an envelope is the main thread's whole cost. */
import { type Engine, type TagTable, WARM_GROUP } from "@lakh/engine";
import { DigestStatus } from "@lakh/kernels";
import { Outcome, newVarintCursor, readVarint } from "@lakh/protocol";

import type { Chain } from "../chain.ts";
import { type OpenEntry, prefixBytes } from "../sequencer/open-entry.ts";
import type { ReceiptDomain } from "../sequencer/receipt.ts";
import type { Sequencer } from "../sequencer/sequencer.ts";
import { BLOCK_ITEMS, type Block } from "./block.ts";
import { type PlacedEntry, ReceiptRows, placedEntry } from "./receipt-rows.ts";
import type { Submission } from "./submission.ts";
import { Verifier } from "./verify.ts";

/** Code of an envelope whose fee is below the sequencer's minimum. */
export const FEE_TOO_LOW = 0xf0;
/** Code of an envelope whose account has had its share of this second. The other codes are outcomes. */
export const RATE_LIMITED = 0xf1;

/** Items of one submission that lie side by side in a block. */
export interface Segment {
  readonly submission: Submission;
  readonly count: number;
}

const MAX_PLACED = 1024;

export class BlockExecutor {
  private readonly sequencer: Sequencer;
  private readonly chain: Chain;
  private readonly engine: Engine;
  private readonly domain: Uint8Array;
  private readonly verifier: Verifier;
  private readonly rows: ReceiptRows;
  /** Entries named lately, by number. */
  private readonly placed = new Map<number, PlacedEntry>();
  private open: OpenEntry | undefined;
  private openPlace: PlacedEntry | undefined;
  /** Items accepted and not yet in the open entry's bytes: they lie in `data[runFrom, runTo)` of the block. */
  private runFrom = 0;
  private runTo = 0;
  private runItems = 0;
  /** 1 for the items of accounts that are near the end of their share, while there may be any. */
  private readonly hotMarks = new Uint8Array(BLOCK_ITEMS);
  private mayBeHot = false;

  constructor(sequencer: Sequencer, chain: Chain, receipts: ReceiptDomain, domain: Uint8Array) {
    this.sequencer = sequencer;
    this.chain = chain;
    this.engine = chain.engine;
    this.domain = domain;
    this.verifier = new Verifier(chain.engine.kernels);
    this.rows = new ReceiptRows(chain.engine.kernels, receipts, BLOCK_ITEMS);
  }

  /** Executes a block. @returns how many envelopes were accepted, those sent again included */
  run(block: Block, segments: readonly Segment[]): number {
    this.open = undefined; // the sequencer may have sealed it since
    let known = block.objectCount;
    let i = 0;
    const ends: number[] = [];
    const total = segments.reduce((sum, { count }) => sum + count, 0);
    const { rates } = this.sequencer;
    rates.begin();
    this.mayBeHot = !rates.isCalm(total);
    if (this.mayBeHot) rates.markHot(block.data, block.spans, total, this.hotMarks);
    for (const { submission, count } of segments) {
      for (const end = i + count; i < end; i++) {
        i = this.plainItems(block, i, end, submission);
        if (i === end) break;
        if (i % WARM_GROUP === 0) this.engine.warm(block.data, block.spans, i, Math.min(WARM_GROUP, total - i));
        if (block.status[i] === DigestStatus.UnknownObject && this.engine.state.nextObject > known)
          known = this.verifyUnknown(block, i);
        this.item(block, i, submission);
      }
      ends.push(this.rows.count);
    }
    this.endRun(block);
    const leaves = this.rows.digests();
    segments.forEach(({ submission }, k) =>
      submission.addLeaves(leaves.subarray(32 * (ends[k - 1] ?? 0), 32 * (ends[k] as number))),
    );
    return leaves.length / 32;
  }

  /** Executes plain items from `first` on, as many as the kernels take and the open entry holds. @returns the next item */
  private plainItems(block: Block, first: number, end: number, submission: Submission): number {
    const { data, spans, signers } = block;
    const { open, sequencer } = this;
    if (open === undefined) return first; // the next item opens an entry
    const from = first === 0 ? 0 : (spans[2 * first - 1] as number);
    const most = from + sequencer.entryBytes - open.bytes - (this.runTo - this.runFrom);
    let until = this.mayBeHot ? this.firstHot(first, end) : end;
    if (until > first && (spans[2 * until - 1] as number) > most)
      for (until = first; (spans[2 * until + 1] as number) <= most; until++);
    if (until === first) return first;
    const run = { data, spans, signers, first, count: until - first };
    const next = first + this.engine.applyPlain(run, sequencer.minFee);
    for (let i = first; i < next; i++) {
      if ((i - first) % WARM_GROUP === 0)
        sequencer.receipts.warm(block.hashWords, 16 * i + 8, 16, Math.min(WARM_GROUP, next - i));
      this.accepted(block, i, submission, open);
    }
    return next;
  }

  /** The first of items `from` … `end − 1` whose account may have no share left, or `end`. */
  private firstHot(from: number, end: number): number {
    const found = this.hotMarks.subarray(from, end).indexOf(1);
    return found < 0 ? end : from + found;
  }

  private item(block: Block, i: number, submission: Submission): void {
    const { data, spans, signers } = block;
    const start = spans[2 * i] as number;
    const end = spans[2 * i + 1] as number;
    const status = block.status[i];
    if (status === DigestStatus.Malformed) return submission.refuse(Outcome.Malformed);
    if (this.sequencer.minFee > 0n && feeOf(data, start, end) < this.sequencer.minFee)
      return submission.refuse(FEE_TOO_LOW);
    const { rates } = this.sequencer;
    if (this.mayBeHot && this.hotMarks[i] === 1 && !rates.admits(rates.slotAt(data, start)))
      return this.refused(block, i, submission, RATE_LIMITED);
    const framed = prefixBytes(end - start) + end - start;
    const open = this.roomFor(block, framed);
    const outcome =
      status === DigestStatus.Ok
        ? this.engine.applyPacked(data, start, end, signers, 20 * i)
        : this.engine.applyPacked(data, start, end);
    if (outcome !== Outcome.Ok) return this.refused(block, i, submission, outcome);
    this.accepted(block, i, submission, open);
  }

  /** An item was executed: it goes behind the run, is found by its hash, and gets its receipt. */
  private accepted(block: Block, i: number, submission: Submission, open: OpenEntry): void {
    const end = block.spans[2 * i + 1] as number;
    const start = block.spans[2 * i] as number;
    const size = end - start;
    const framed = prefixBytes(size) + size;
    if (this.runTo !== end - framed) this.endRun(block); // a refused one lies between
    const position = open.items + this.runItems;
    if (this.runItems === 0) this.runFrom = end - framed;
    this.runTo = end;
    this.runItems++;
    const place = this.openPlace as PlacedEntry; // set by `roomFor`
    this.sequencer.receipts.putWords(block.hashWords, 16 * i + 8, place.number, position);
    const { rates } = this.sequencer;
    rates.count(rates.slotAt(block.data, start));
    submission.source.goodSignatures++;
    this.promise(block, i, submission, place, position);
  }

  private promise(block: Block, i: number, submission: Submission, place: PlacedEntry, position: number): void {
    this.rows.add(place, position, block.hashWords, 16 * i + 8);
    submission.accept(place, position);
  }

  /** An envelope that was accepted before has its receipt still; else it is refused. */
  private refused(block: Block, i: number, submission: Submission, code: number): void {
    if (code === Outcome.NonceUsed || code === Outcome.Expired || code === RATE_LIMITED) {
      const before = this.sequencer.receipts.findWords(block.hashWords, 16 * i + 8);
      const place = before && this.placeOf(before.entry);
      if (before !== undefined && place !== undefined)
        return this.promise(block, i, submission, place, before.position);
    }
    if (code === Outcome.BadSignature) submission.source.goodSignatures = 0;
    submission.refuse(code);
  }

  /** The open entry with room for `framed` bytes behind the run. */
  private roomFor(block: Block, framed: number): OpenEntry {
    const { open, sequencer } = this;
    if (open !== undefined && open.bytes + (this.runTo - this.runFrom) + framed <= sequencer.entryBytes) return open;
    this.endRun(block);
    const next = sequencer.roomFor(framed);
    if (next !== open) {
      this.openPlace = placedEntry(this.chain.length, next.time, this.chain.acc);
      this.open = next;
    }
    return next;
  }

  private endRun({ data }: Block): void {
    if (this.runItems > 0) this.open?.addFramed(data, this.runFrom, this.runTo, this.runItems);
    this.runItems = 0;
    this.runFrom = this.runTo = 0;
  }

  private placeOf(number: number): PlacedEntry | undefined {
    if (number === this.openPlace?.number && this.open !== undefined) return this.openPlace;
    const current = this.sequencer.entryPlace(number);
    if (current === undefined) return undefined;
    const known = this.placed.get(number);
    if (known?.accBefore === current.accBefore && known.time === current.time) return known;
    if (this.placed.size >= MAX_PLACED) this.placed.clear();
    const place = placedEntry(number, current.time, current.accBefore);
    this.placed.set(number, place);
    return place;
  }

  /** Objects that were made since the block was verified: looks again. @returns how many objects have tags now */
  private verifyUnknown(block: Block, from: number): number {
    const tags: TagTable = this.engine.tags();
    this.verifier.verifyUnknown(block, from, { bytes: tags.bytes, domain: this.domain }, tags.count);
    return tags.count;
  }
}

const cursor = newVarintCursor();

/** Fee of a well-formed envelope, gwei. */
function feeOf(bytes: Uint8Array, start: number, end: number): bigint {
  let at = start + 1;
  for (let i = 0; i < 4; i++) {
    readVarint(bytes, at, end, cursor); // account, nonce, validUntil, fee
    at = cursor.next;
  }
  return (BigInt(cursor.high) << 32n) | BigInt(cursor.low);
}
