/** Keeps the promised entries in line with L1: places them anew when it holds something else, or will not take them. */
import type { Engine } from "@lakh/engine";
import { EntryKind, type EntryHeader, type Hex, ZERO_HASH, nextAcc } from "@lakh/protocol";

import { range } from "../range.ts";
import type { Entry, L1Block } from "../types.ts";
import type { Draft } from "./draft.ts";
import type { SequencerParts } from "./parts.ts";
import type { PromisedEntries } from "./promised-entries.ts";
import type { ReceiptIndex } from "./receipt-index.ts";

/** What entries are placed on anew. */
export interface Ground {
  /** Entries that the chain and L1 share. */
  readonly common: number;
  /** L1's entries from there on. */
  readonly l1Entries: readonly Entry[];
  /** A state at the start of entry `common`, where the chain cannot undo that far by itself. */
  readonly anew: Engine | undefined;
}

export class Alignment {
  private readonly parts: SequencerParts;
  private readonly entries: PromisedEntries;
  private readonly receipts: ReceiptIndex;
  private isDoubted = true;

  constructor(parts: SequencerParts, entries: PromisedEntries, receipts: ReceiptIndex) {
    this.parts = parts;
    this.entries = entries;
    this.receipts = receipts;
  }

  /** L1 reorganised: entries not on it may rest on queue items that are gone. */
  distrust(): void {
    this.isDoubted = true;
  }

  /** Whether entries must be placed anew behind L1 as read up to `head`. */
  isDue(head: L1Block): boolean {
    const { archive, chain } = this.parts;
    const agrees = chain.length >= archive.length && chain.accAt(archive.length) === this.l1Acc(archive.length);
    return this.isDoubted || !agrees || this.isStale(head);
  }

  /** Reads what the entries are to be placed on. */
  async ground(): Promise<Ground> {
    const { archive, chain, stateAt } = this.parts;
    const common = this.commonLength();
    const l1Entries = await Promise.all(range(common, archive.length).map((number) => archive.entry(number)));
    return { common, l1Entries, anew: chain.canUndo(common) ? undefined : await stateAt(common) };
  }

  /** Places the entries on `ground`; none is open meanwhile. @returns what changed */
  place(head: L1Block, ground: Ground): string[] {
    const { archive, journal } = this.parts;
    const rules = { headTime: head.timestamp, leastTime: this.leastTime(head), overdue: this.overdue(head) };
    const pending = this.entries.plan(rules);
    const undone = this.execute(ground, pending);
    this.entries.countUnposted();
    this.isDoubted = false;
    if (undone === 0) return [];
    journal.warn({ undone, pending: pending.length, safe: archive.length }, "Entries placed anew");
    return [`placed ${pending.length} entries anew behind entry ${archive.length}`];
  }

  /** Remembers where the envelopes of an executed entry stand. */
  index(number: number): void {
    const executed = this.parts.chain.at(number);
    if (executed !== undefined) this.receipts.putEntry(executed);
  }

  /** Makes the chain hold L1's entries and then `pending`. @returns how many entries were undone */
  private execute({ common, l1Entries, anew }: Ground, pending: readonly Draft[]): number {
    const { chain } = this.parts;
    const headers = [...l1Entries, ...pending].map(({ header }) => header);
    let number = common + this.agreeing(common, headers);
    const undone = chain.length - number;
    if (undone > 0) this.undo(chain.canUndo(number) ? number : common, anew);
    for (number = chain.length; number < common + headers.length; number++) {
      const at = number - common;
      const entry = l1Entries[at] ?? this.entries.placeAt(number, pending[at - l1Entries.length] as Draft);
      chain.execute(entry);
      this.index(number);
    }
    return undone;
  }

  /** How many of the entries that `headers` would make behind entry `common` the chain holds already. */
  private agreeing(common: number, headers: readonly EntryHeader[]): number {
    const { chain } = this.parts;
    let acc = chain.accAt(common) as Hex; // the chain is at least that long
    const found = headers.findIndex((header, i) => {
      acc = nextAcc(acc, header);
      return chain.at(common + i)?.entry.acc !== acc;
    });
    return found < 0 ? headers.length : found;
  }

  private undo(from: number, anew: Engine | undefined): void {
    const { chain } = this.parts;
    const undone = range(from, chain.length).map((number) => chain.at(number));
    chain.truncate(from, anew);
    for (const executed of undone.reverse()) if (executed !== undefined) this.receipts.deleteEntry(executed);
  }

  /** Longest beginning that the chain and L1 share. */
  private commonLength(): number {
    const { chain, archive } = this.parts;
    let length = Math.min(chain.length, archive.length);
    while (length > chain.first && chain.accAt(length) !== this.l1Acc(length)) length--;
    return length;
  }

  private l1Acc(length: number): Hex | undefined {
    return length === 0 ? ZERO_HASH : this.parts.archive.info(length - 1)?.acc;
  }

  /** Whether L1 will not take the oldest entry that it does not hold: too old, or a batch before an overdue queue item. */
  private isStale(head: L1Block): boolean {
    const { chain, archive } = this.parts;
    const oldest = chain.at(archive.length)?.entry.header;
    if (oldest === undefined) return false;
    if (oldest.time < this.leastTime(head)) return true;
    return oldest.kind !== EntryKind.Queue && this.overdue(head) > chain.includedAt(archive.length);
  }

  /** Queue items before this index are overdue in the block behind `head`, unless included. */
  private overdue(head: L1Block): number {
    return this.parts.queue.lengthAtTime(head.timestamp - this.parts.rules.forceDelay);
  }

  /** A quarter of the drift is left for the batcher. */
  private leastTime(head: L1Block): bigint {
    const { maxTimeDrift } = this.parts.rules;
    return head.timestamp - maxTimeDrift + maxTimeDrift / 4n;
  }
}
