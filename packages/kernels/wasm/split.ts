/**
 * k = k1 + LAMBDA k2 mod n with both below 2^128 in size (Guide to Elliptic Curve Cryptography, algorithm 3.74; the bounds
 * are (a1 + a2) / 2 < 0.64 * 2^128 and (|b1| + b2) / 2 < 0.54 * 2^128, plus one for the roundings).
 */
import { accumulate, multiply } from "./words";

/** The halves: size in two words of 64 bits, then a word that is negative where the half is. */
export const K1 = memory.data(24);
export const K2 = memory.data(24);

/** The lattice basis (a1, -|b1|), (a2, a1); and 2^384 a1 / n, 2^384 |b1| / n, rounded. */
const A1 = memory.data<u32>([0x9284eb15, 0xe86c90e4, 0xa7d46bcd, 0x3086d221]);
const B1 = memory.data<u32>([0xabfe4c3, 0x6f547fa9, 0x10e8828, 0xe4437ed6]);
const A2 = memory.data<u32>([0x9d44cfd8, 0x57c1108d, 0xa8e2f3f6, 0x14ca50f7, 0x1]);
const G1 = memory.data<u32>([
  0x45dbb031, 0xe893209a, 0x71e8ca7f, 0x3daa8a14, 0x9284eb15, 0xe86c90e4, 0xa7d46bcd, 0x3086d221,
]);
const G2 = memory.data<u32>([
  0x8ac47f71, 0x1571b4ae, 0x9df506c6, 0x221208ac, 0xabfe4c4, 0x6f547fa9, 0x10e8828, 0xe4437ed6,
]);
/** Words of the numbers that become the halves: two's complement. */
const LONG: usize = 6;
const C1 = memory.data(16);
const C2 = memory.data(16);
const PRODUCT = memory.data(64);
const ROUNDING = memory.data<u32>([1, 0, 0, 0]);

/** c = k g / 2^384, rounded: below 2^128. */
function multiplyShift(c: usize, k: usize, g: usize): void {
  multiply(PRODUCT, k, 8, g, 8);
  memory.copy(c, PRODUCT + 48, 16);
  if (load<i32>(PRODUCT + 44) < 0) accumulate(c, ROUNDING, 4, false);
}

/** r += c b, or r -= c b; b has n words. */
function accumulateProduct(r: usize, c: usize, b: usize, n: usize, minus: bool): void {
  memory.fill(PRODUCT, 0, 4 * LONG);
  multiply(PRODUCT, c, 4, b, n);
  accumulate(r, PRODUCT, LONG, minus);
}

/** Makes the size of a two's complement integer of its low 128 bits; its third word stays the sign. */
function toSize(k: usize): void {
  if (load<i64>(k, 16) >= 0) return;
  const low = load<u64>(k);
  store<u64>(k, -low);
  store<u64>(k, ~load<u64>(k, 8) + u64(low === 0), 8);
}

/** Splits k, which is eight words of 32 bits, into K1 and K2. */
export function split(k: usize): void {
  multiplyShift(C1, k, G1);
  multiplyShift(C2, k, G2);
  memory.copy(K1, k, 4 * LONG);
  accumulateProduct(K1, C1, A1, 4, true);
  accumulateProduct(K1, C2, A2, 5, true);
  memory.fill(K2, 0, 4 * LONG);
  accumulateProduct(K2, C1, B1, 4, false);
  accumulateProduct(K2, C2, A1, 4, true);
  toSize(K1);
  toSize(K2);
}
