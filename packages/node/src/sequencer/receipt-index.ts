/** Where accepted envelopes stand, by item hash; the latest ones only. */
import type { Kernels } from "@lakh/kernels";
import { type Hex, Outcome } from "@lakh/protocol";

import { bytesOf } from "../bytes.ts";
import type { ExecutedEntry } from "../chain.ts";
import { batchSpans } from "./batch-spans.ts";
import { PlaceTable } from "./place-table.ts";

/** Place of an item: number of its entry and its position in it. */
export interface ItemPlace {
  readonly entry: number;
  readonly position: number;
}

/** Words of a hash. */
const HASH_WORDS = 8;

/** Forgets the oldest in halves: between `capacity / 2` and `capacity` places are kept. */
export class ReceiptIndex {
  private readonly half: number;
  private readonly kernels: Kernels;
  private current: PlaceTable;
  private previous: PlaceTable;

  constructor(capacity: number, kernels: Kernels) {
    this.half = Math.ceil(capacity / 2);
    this.kernels = kernels;
    this.current = new PlaceTable(this.half);
    this.previous = new PlaceTable(this.half);
  }

  put(hash: Hex, { entry, position }: ItemPlace): void {
    this.putWords(wordsOf(hash), 0, entry, position);
  }

  /** Takes in the item whose hash stands at `at` of `hashes`, in words. */
  putWords(hashes: Uint32Array, at: number, entry: number, position: number): void {
    if (this.current.count >= this.half) {
      const oldest = this.previous;
      this.previous = this.current;
      this.current = oldest;
      oldest.clear();
    }
    this.current.put(hashes, at, entry, position);
  }

  /** Says that items will be taken in soon: `count` hashes from `at` of `hashes` on, in words, one every `stride`. */
  warm(hashes: Uint32Array, at: number, stride: number, count: number): void {
    this.current.warm(hashes, at, stride, count);
  }

  /** Takes in the items of an executed entry. */
  putEntry(executed: ExecutedEntry): void {
    this.eachItem(executed, (hashes, at, position) => this.putWords(hashes, at, executed.entry.number, position));
  }

  /** Forgets the items of an entry that is undone. */
  deleteEntry(executed: ExecutedEntry): void {
    this.eachItem(executed, (hashes, at) => {
      this.current.delete(hashes, at);
      this.previous.delete(hashes, at);
    });
  }

  find(hash: Hex): ItemPlace | undefined {
    return this.findWords(wordsOf(hash), 0);
  }

  /** Place of the item whose hash stands at `at` of `hashes`, in words. */
  findWords(hashes: Uint32Array, at: number): ItemPlace | undefined {
    return this.current.find(hashes, at) ?? this.previous.find(hashes, at);
  }

  /** Visits the items of an executed batch that took effect. */
  private eachItem(
    { entry, outcomes }: ExecutedEntry,
    visit: (hashes: Uint32Array, at: number, position: number) => void,
  ): void {
    const data = entry.payload;
    if (!(data instanceof Uint8Array)) return;
    const spans = batchSpans(data);
    const hashes = new Uint8Array(spans.length * 4 * HASH_WORDS);
    // Spans taken as ends: the lengths between the items are hashed too, and left aside.
    this.kernels.keccakBatch(data, spans, spans.length, hashes);
    const words = new Uint32Array(hashes.buffer);
    for (let i = 0; 2 * i < spans.length; i++)
      if (outcomes[i] === Outcome.Ok) visit(words, (2 * i + 1) * HASH_WORDS, i);
  }
}

function wordsOf(hash: Hex): Uint32Array {
  return new Uint32Array(bytesOf(hash).buffer);
}
