/** The field of secp256k1: sums, and the one representative of a number. */
import { Limbs, NUMBER } from "./limbs";

const MASK: i64 = 0x1fffffff;
const SCRATCH = memory.data(72);
const LESS = memory.data(72);

export const ZERO = memory.data<i64>([0, 0, 0, 0, 0, 0, 0, 0, 0]);
export const ONE = memory.data<i64>([1, 0, 0, 0, 0, 0, 0, 0, 0]);
export const SEVEN = memory.data<i64>([7, 0, 0, 0, 0, 0, 0, 0, 0]);
/** A cube root of one: (BETA x, y) = LAMBDA (x, y). */
export const BETA = memory.data<i64>([
  0x119501ee, 0x9cb6143, 0x1d626570, 0x92ea25, 0x34e99cf, 0x3cf561a, 0x1c41b991, 0x56caf80, 0x7ae96a,
]);
/** The prime. */
const P = memory.data<i64>([
  0x1ffffc2f, 0x1ffffff7, 0x1fffffff, 0x1fffffff, 0x1fffffff, 0x1fffffff, 0x1fffffff, 0x1fffffff, 0xffffff,
]);

export class Field {
  /** r = j a + k b, reduced. INVARIANT: |j| + |k| is at most 9, both numbers are loose. */
  @inline static combine(r: usize, a: usize, j: i64, b: usize, k: i64): void {
    Limbs.settle(
      r,
      j * load<i64>(a) + k * load<i64>(b),
      j * load<i64>(a, 8) + k * load<i64>(b, 8),
      j * load<i64>(a, 16) + k * load<i64>(b, 16),
      j * load<i64>(a, 24) + k * load<i64>(b, 24),
      j * load<i64>(a, 32) + k * load<i64>(b, 32),
      j * load<i64>(a, 40) + k * load<i64>(b, 40),
      j * load<i64>(a, 48) + k * load<i64>(b, 48),
      j * load<i64>(a, 56) + k * load<i64>(b, 56),
      j * load<i64>(a, 64) + k * load<i64>(b, 64),
    );
  }

  /** Limb i of half of a, plus a: `odd` is all ones where p must be added before, so that there is a half. */
  @inline static threeHalvesOfLimb(a: usize, i: usize, odd: i64): i64 {
    const limb = load<i64>(a + 8 * i);
    const next = i < 8 ? load<i64>(a + 8 * i + 8) + (load<i64>(P + 8 * i + 8) & odd) : 0;
    return limb + ((limb + (load<i64>(P + 8 * i) & odd)) >> 1) + ((next & 1) << 28);
  }
}

export function copy(r: usize, a: usize): void {
  store<i64>(r, load<i64>(a));
  store<i64>(r, load<i64>(a, 8), 8);
  store<i64>(r, load<i64>(a, 16), 16);
  store<i64>(r, load<i64>(a, 24), 24);
  store<i64>(r, load<i64>(a, 32), 32);
  store<i64>(r, load<i64>(a, 40), 40);
  store<i64>(r, load<i64>(a, 48), 48);
  store<i64>(r, load<i64>(a, 56), 56);
  store<i64>(r, load<i64>(a, 64), 64);
}

/** r = a - b, limb by limb. INVARIANT: both are reduced; the difference is loose. */
export function difference(r: usize, a: usize, b: usize): void {
  store<i64>(r, load<i64>(a) - load<i64>(b));
  store<i64>(r, load<i64>(a, 8) - load<i64>(b, 8), 8);
  store<i64>(r, load<i64>(a, 16) - load<i64>(b, 16), 16);
  store<i64>(r, load<i64>(a, 24) - load<i64>(b, 24), 24);
  store<i64>(r, load<i64>(a, 32) - load<i64>(b, 32), 32);
  store<i64>(r, load<i64>(a, 40) - load<i64>(b, 40), 40);
  store<i64>(r, load<i64>(a, 48) - load<i64>(b, 48), 48);
  store<i64>(r, load<i64>(a, 56) - load<i64>(b, 56), 56);
  store<i64>(r, load<i64>(a, 64) - load<i64>(b, 64), 64);
}

/** r = 3/2 a, reduced. INVARIANT: a is reduced. */
export function threeHalves(r: usize, a: usize): void {
  const odd = -(load<i64>(a) & 1);
  Limbs.settle(
    r,
    Field.threeHalvesOfLimb(a, 0, odd),
    Field.threeHalvesOfLimb(a, 1, odd),
    Field.threeHalvesOfLimb(a, 2, odd),
    Field.threeHalvesOfLimb(a, 3, odd),
    Field.threeHalvesOfLimb(a, 4, odd),
    Field.threeHalvesOfLimb(a, 5, odd),
    Field.threeHalvesOfLimb(a, 6, odd),
    Field.threeHalvesOfLimb(a, 7, odd),
    Field.threeHalvesOfLimb(a, 8, odd),
  );
}

/** r = the representative of a from 0 to p - 1, its limbs of 29 bits. INVARIANT: a is loose. */
export function normalize(r: usize, a: usize): void {
  Field.combine(r, a, 1, P, 2); // no limb is negative
  Field.combine(r, r, 1, ZERO, 0); // below p + 2^34
  store<i64>(LESS, load<i64>(r) + 977); // r - p is r + 2^32 + 977, less the bit 256, when that is there
  store<i64>(LESS, load<i64>(r, 8) + 8, 8);
  for (let i: usize = 16; i < NUMBER; i += 8) store<i64>(LESS + i, load<i64>(r + i));
  for (let i: usize = 0; i < NUMBER - 8; i += 8) {
    store<i64>(LESS + i + 8, load<i64>(LESS + i + 8) + (load<i64>(LESS + i) >> 29));
    store<i64>(LESS + i, load<i64>(LESS + i) & MASK);
  }
  if (load<i64>(LESS, 64) >> 24 === 0) return;
  store<i64>(LESS, load<i64>(LESS, 64) & 0xffffff, 64);
  copy(r, LESS);
}

export function isZero(a: usize): bool {
  normalize(SCRATCH, a);
  let bits: i64 = 0;
  for (let i: usize = 0; i < NUMBER; i += 8) bits |= load<i64>(SCRATCH + i);
  return bits === 0;
}
