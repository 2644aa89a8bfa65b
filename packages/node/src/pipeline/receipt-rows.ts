/** Digests of many receipts at once (docs/RPC.md, "Receipt"): rows of six words, hashed by one call of the kernels. */
import type { Kernels } from "@lakh/kernels";
import type { Hex } from "@lakh/protocol";

import { bytesOf } from "../bytes.ts";
import { type ReceiptDomain, receiptHead } from "../sequencer/receipt.ts";

const ROW = 192;
const ROW_WORDS = ROW / 4;
const ACC_AT = 96;
const POSITION_AT = 156;
const HASH_WORD = 160 / 4;
const HASH_WORDS = 8;
const DIGEST = 32;

/** An entry as receipts name it. */
export interface PlacedEntry {
  readonly number: number;
  /** Seconds. */
  readonly time: bigint;
  readonly accBefore: Hex;
  readonly accBytes: Uint8Array;
}

export function placedEntry(number: number, time: bigint, accBefore: Hex): PlacedEntry {
  return { number, time, accBefore, accBytes: bytesOf(accBefore) };
}

export class ReceiptRows {
  /** Rows so far. */
  count = 0;
  private readonly kernels: Kernels;
  private readonly rows: Uint8Array;
  private readonly words: Uint32Array;
  private readonly view: DataView;
  private readonly ends: Uint32Array;
  private readonly out: Uint8Array;
  /** Entry whose accumulator stands in a row. */
  private readonly entries: (PlacedEntry | undefined)[];

  constructor(kernels: Kernels, domain: ReceiptDomain, most: number) {
    this.kernels = kernels;
    this.rows = new Uint8Array(most * ROW);
    this.words = new Uint32Array(this.rows.buffer);
    this.view = new DataView(this.rows.buffer);
    this.ends = Uint32Array.from({ length: most }, (_, i) => (i + 1) * ROW);
    this.out = new Uint8Array(most * DIGEST);
    this.entries = new Array<PlacedEntry | undefined>(most).fill(undefined);
    const head = receiptHead(domain);
    for (let i = 0; i < most; i++) this.rows.set(head, i * ROW);
  }

  /** Adds the receipt of the item whose hash stands at `at` of `hashes`, in words. */
  add(entry: PlacedEntry, position: number, hashes: Uint32Array, at: number): void {
    const row = this.count++;
    if (this.entries[row] !== entry) {
      this.rows.set(entry.accBytes, row * ROW + ACC_AT);
      this.entries[row] = entry;
    }
    this.view.setUint32(row * ROW + POSITION_AT, position);
    const to = row * ROW_WORDS + HASH_WORD;
    for (let i = 0; i < HASH_WORDS; i++) this.words[to + i] = hashes[at + i] as number;
  }

  /** The digests of all rows, in order; a view, good until the next call. The rows are empty then. */
  digests(): Uint8Array {
    const { count } = this;
    this.count = 0;
    if (count > 0) this.kernels.keccakBatch(this.rows, this.ends, count, this.out);
    return this.out.subarray(0, count * DIGEST);
  }
}
