/** A hash table from item hashes to places, in one typed array: open addressing, no object an item. */
import type { ItemPlace } from "./receipt-index.ts";

/** Four words of the hash (128 bits, so that no two envelopes meet), the entry's number, the position plus one. */
const ROW = 6;
const ENTRY = 4;
const POSITION = 5;
/** Position of a row whose item was forgotten. */
const GONE = 0xffff_ffff;

export class PlaceTable {
  /** Rows taken, forgotten ones included. */
  count = 0;
  /** What `warm` read: kept, so that it is read. */
  touched = 0;
  private readonly rows: Uint32Array;
  private readonly mask: number;

  /** Makes room for `capacity` items; memory is touched as it fills. */
  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * capacity));
    this.rows = new Uint32Array(slots * ROW);
    this.mask = slots - 1;
  }

  /** Touches the rows of items before their turn: where their memory is far away, the waits for it overlap. */
  warm(hashes: Uint32Array, at: number, stride: number, count: number): void {
    const { rows, mask } = this;
    let sum = 0;
    for (let i = 0; i < count; i++)
      sum ^= rows[((hashes[at + i * stride] as number) & mask) * ROW + POSITION] as number;
    this.touched = sum;
  }

  put(hashes: Uint32Array, at: number, entry: number, position: number): void {
    const { rows } = this;
    const row = this.rowOf(hashes, at);
    if (rows[row + POSITION] === 0) this.count++;
    for (let i = 0; i < ENTRY; i++) rows[row + i] = hashes[at + i] as number;
    rows[row + ENTRY] = entry;
    rows[row + POSITION] = position + 1;
  }

  find(hashes: Uint32Array, at: number): ItemPlace | undefined {
    const row = this.rowOf(hashes, at);
    const position = this.rows[row + POSITION] as number;
    if (position === 0 || position === GONE) return undefined;
    return { entry: this.rows[row + ENTRY] as number, position: position - 1 };
  }

  delete(hashes: Uint32Array, at: number): void {
    const row = this.rowOf(hashes, at);
    if (this.rows[row + POSITION] !== 0) this.rows[row + POSITION] = GONE;
  }

  clear(): void {
    this.rows.fill(0);
    this.count = 0;
  }

  /** The row of a hash, or the free one where it would go. The table is never full: half of its slots stay free. */
  private rowOf(hashes: Uint32Array, at: number): number {
    const { rows, mask } = this;
    const [a, b] = [hashes[at] as number, hashes[at + 1] as number];
    const [c, d] = [hashes[at + 2] as number, hashes[at + 3] as number];
    let slot = a & mask;
    for (;;) {
      const row = slot * ROW;
      if (rows[row + POSITION] === 0) return row;
      if (rows[row] === a && rows[row + 1] === b && rows[row + 2] === c && rows[row + 3] === d) return row;
      slot = (slot + 1) & mask;
    }
  }
}
