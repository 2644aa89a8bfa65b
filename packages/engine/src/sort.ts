/** Sorts 32-bit numbers by their digits: a fifth of the time of `sort` for the few thousand leaves of an entry. */
import { growU32 } from "./grow.ts";

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
/** Fewer numbers are sorted faster by comparing. */
const LEAST = 128;

/** Memory for sorting that is used again. */
export class Sorter {
  private from = new Uint32Array(0);
  private to = new Uint32Array(0);
  private readonly starts = new Uint32Array(DIGITS);

  /** The first `count` of `values` in ascending order; a view, good until the next call. */
  ascending(values: Uint32Array, count: number): Uint32Array<ArrayBuffer> {
    this.from = growU32(this.from, count);
    this.to = growU32(this.to, count);
    this.from.set(values.subarray(0, count));
    if (count < LEAST) return this.from.subarray(0, count).sort();
    let most = 0;
    for (let i = 0; i < count; i++) most = Math.max(most, values[i] as number);
    for (let shift = 0; shift < 32 && most >>> shift !== 0; shift += DIGIT_BITS) this.pass(count, shift);
    return this.from.subarray(0, count);
  }

  /** Orders by one digit and leaves equal ones in their order. */
  private pass(count: number, shift: number): void {
    const { from, to, starts } = this;
    starts.fill(0);
    for (let i = 0; i < count; i++) {
      const digit = ((from[i] as number) >>> shift) & (DIGITS - 1);
      starts[digit] = (starts[digit] as number) + 1;
    }
    let start = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const size = starts[digit] as number;
      starts[digit] = start;
      start += size;
    }
    for (let i = 0; i < count; i++) {
      const value = from[i] as number;
      const digit = (value >>> shift) & (DIGITS - 1);
      const at = starts[digit] as number;
      to[at] = value;
      starts[digit] = at + 1;
    }
    this.from = to;
    this.to = from;
  }
}
