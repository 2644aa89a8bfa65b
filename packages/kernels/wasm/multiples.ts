/**
 * The odd multiples R, 3 R ... 15 R of a point, and LAMBDA times each, all for one z: so that every addition of them is to
 * an affine point, on the curve where that z is 1.
 *
 * Twice R has z = 2 y; R is scaled to the same z, and each addition of two points with one z gives the sum, and 2 R again,
 * with a new common z (Meloni, "New point addition formulae for ECC applications", 2007). At last all are scaled to the last z.
 */
import { BETA, Field, ZERO, copy, difference } from "./field";
import { NUMBER } from "./limbs";
import { AFFINE, Y } from "./point";
import { mul, square } from "./product";

export const ENTRIES: usize = 8;

/** Entry k is 2 k + 1 times R; ENTRIES more are LAMBDA times those. */
const TABLE = memory.data(2304);
/** z of entry k, divided by that of the entry before. */
const RATIO = memory.data(576);
const TWICE = memory.data(144);
const B = memory.data(72);
const C = memory.data(72);
const M = memory.data(72);
const SLOPE = memory.data(72);

/** TABLE = R and TWICE = 2 R, with their common z. */
function start(z: usize, point: usize): void {
  square(B, point + Y);
  square(M, point);
  Field.combine(M, M, 3, ZERO, 0);
  mul(C, point, B);
  square(B, B);
  square(TWICE, M);
  Field.combine(TWICE, TWICE, 1, C, -8);
  Field.combine(TABLE, C, 4, ZERO, 0);
  Field.combine(TABLE + Y, B, 8, ZERO, 0);
  difference(C, TABLE, TWICE);
  mul(C, M, C);
  Field.combine(TWICE + Y, C, 1, TABLE + Y, -1);
  Field.combine(z, point + Y, 2, ZERO, 0);
}

/** next = last + 2 R; TWICE becomes 2 R with the z of the sum. */
function addTwice(next: usize, last: usize, ratio: usize): void {
  difference(ratio, last, TWICE);
  difference(SLOPE, last + Y, TWICE + Y);
  square(B, ratio);
  mul(TWICE, TWICE, B);
  mul(C, last, B);
  difference(B, C, TWICE);
  mul(TWICE + Y, TWICE + Y, B);
  square(B, SLOPE);
  difference(B, B, C);
  Field.combine(next, B, 1, TWICE, -1);
  difference(B, TWICE, next);
  mul(B, SLOPE, B);
  Field.combine(next + Y, B, 1, TWICE + Y, -1);
}

/** Fills the table with the multiples of an affine point, whose y is loose; z is what they have in common. */
export function build(z: usize, point: usize): void {
  start(z, point);
  for (let k: usize = 1; k < ENTRIES; k++) addTwice(TABLE + k * AFFINE, TABLE + (k - 1) * AFFINE, RATIO + k * NUMBER);
  copy(M, RATIO + (ENTRIES - 1) * NUMBER);
  for (let k = ENTRIES - 1; k-- > 0;) {
    const entry = TABLE + k * AFFINE;
    square(B, M);
    mul(entry, entry, B);
    mul(B, B, M);
    mul(entry + Y, entry + Y, B);
    if (k > 0) mul(M, M, RATIO + k * NUMBER);
  }
  mul(z, z, M);
  for (let k: usize = 0; k < ENTRIES; k++) {
    const image = TABLE + (ENTRIES + k) * AFFINE;
    mul(image, TABLE + k * AFFINE, BETA);
    copy(image + Y, TABLE + k * AFFINE + Y);
  }
}

/** r = an odd digit from -15 to 15 times R; or, when `half` is 1, LAMBDA times that. */
export function pick(r: usize, half: usize, digit: i32): void {
  const entry = TABLE + (half * ENTRIES + (((digit < 0 ? -digit : digit) as usize) >> 1)) * AFFINE;
  copy(r, entry);
  if (digit < 0) difference(r + Y, ZERO, entry + Y);
  else copy(r + Y, entry + Y);
}
