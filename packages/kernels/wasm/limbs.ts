/**
 * Numbers mod p = 2^256 - 0x1000003d1 in nine signed limbs of 29 bits, each in a word of 64: the sum of nine products of
 * two limbs fits a word, and carries can wait.
 *
 * INVARIANT: what `mul`, `square` and `combine` give is "reduced": limbs 0 to 7 from -2^14 to 2^29 + 2^14, limb 8 from -2^5
 * to 2^24 + 2^5. The difference of two reduced numbers, limb by limb, is "loose": the same bounds, but of either sign. A
 * number of bound k has limbs of up to k times that size. Every number stands for its value mod p; only `normalize`
 * (field.ts) gives the one representative.
 */

/** Bytes of a number. */
export const NUMBER: usize = 72;

const MASK: i64 = 0x1fffffff;
const TOP_MASK: i64 = 0xffffff;
/** 2^261 mod p is 2^37 + 0x7a20, and 2^256 mod p is 2^32 + 977. */
const FOLD_261: i64 = 0x7a20;
const FOLD_256: i64 = 977;

export class Limbs {
  /** Stores the number of seventeen columns, column k of which counts 2^(29 k) and is below 2^63 in size. */
  @inline static reduce(
    r: usize,
    c0: i64,
    c1: i64,
    c2: i64,
    c3: i64,
    c4: i64,
    c5: i64,
    c6: i64,
    c7: i64,
    c8: i64,
    c9: i64,
    c10: i64,
    c11: i64,
    c12: i64,
    c13: i64,
    c14: i64,
    c15: i64,
    c16: i64,
  ): void {
    c10 += c9 >> 29;
    c11 += c10 >> 29;
    c12 += c11 >> 29;
    c13 += c12 >> 29;
    c14 += c13 >> 29;
    c15 += c14 >> 29;
    c16 += c15 >> 29;
    const c17 = c16 >> 29;
    c9 &= MASK;
    c10 &= MASK;
    c11 &= MASK;
    c12 &= MASK;
    c13 &= MASK;
    c14 &= MASK;
    c15 &= MASK;
    c16 &= MASK;
    c0 += c9 * FOLD_261;
    c1 += c10 * FOLD_261 + (c9 << 8) + (c0 >> 29);
    c2 += c11 * FOLD_261 + (c10 << 8) + (c1 >> 29);
    c3 += c12 * FOLD_261 + (c11 << 8) + (c2 >> 29);
    c4 += c13 * FOLD_261 + (c12 << 8) + (c3 >> 29);
    c5 += c14 * FOLD_261 + (c13 << 8) + (c4 >> 29);
    c6 += c15 * FOLD_261 + (c14 << 8) + (c5 >> 29);
    c7 += c16 * FOLD_261 + (c15 << 8) + (c6 >> 29);
    c8 += c17 * FOLD_261 + (c16 << 8) + (c7 >> 29);
    const top = (c8 >> 24) + (c17 << 13); // times 2^256; below 2^41 in size
    c0 = (c0 & MASK) + top * FOLD_256;
    c1 = (c1 & MASK) + (top << 3) + (c0 >> 29);
    store<i64>(r, c0 & MASK);
    store<i64>(r, c1 & MASK, 8);
    store<i64>(r, (c2 & MASK) + (c1 >> 29), 16);
    store<i64>(r, c3 & MASK, 24);
    store<i64>(r, c4 & MASK, 32);
    store<i64>(r, c5 & MASK, 40);
    store<i64>(r, c6 & MASK, 48);
    store<i64>(r, c7 & MASK, 56);
    store<i64>(r, c8 & TOP_MASK, 64);
  }

  /** Stores the number of nine limbs below 2^33 in size, reduced. */
  @inline static settle(
    r: usize,
    l0: i64,
    l1: i64,
    l2: i64,
    l3: i64,
    l4: i64,
    l5: i64,
    l6: i64,
    l7: i64,
    l8: i64,
  ): void {
    const top = l8 >> 24;
    l0 += top * FOLD_256;
    l1 += (top << 3) + (l0 >> 29);
    l2 += l1 >> 29;
    l3 += l2 >> 29;
    l4 += l3 >> 29;
    l5 += l4 >> 29;
    l6 += l5 >> 29;
    l7 += l6 >> 29;
    store<i64>(r, l0 & MASK);
    store<i64>(r, l1 & MASK, 8);
    store<i64>(r, l2 & MASK, 16);
    store<i64>(r, l3 & MASK, 24);
    store<i64>(r, l4 & MASK, 32);
    store<i64>(r, l5 & MASK, 40);
    store<i64>(r, l6 & MASK, 48);
    store<i64>(r, l7 & MASK, 56);
    store<i64>(r, (l8 & TOP_MASK) + (l7 >> 29), 64);
  }
}
