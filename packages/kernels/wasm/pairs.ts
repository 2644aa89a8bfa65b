/**
 * Sums of many pairs of points in affine coordinates: 6 multiplications each, because all share one inversion.
 */
import { Field, ONE, copy, difference, isZero } from "./field";
import { NUMBER } from "./limbs";
import { AFFINE, Y } from "./point";
import { invert } from "./power";
import { mul, square } from "./product";

/** Room for 1,536 points, of which a pair are neighbours; y is loose. */
export const WORK = memory.data(221184);

/** Where the two points of a pair stand, where their sum goes, and the product of the differences of x of all pairs after it. */
const PAIRS = memory.data(3072);
const SUMS = memory.data(3072);
const AFTER = memory.data(55296);
let count: usize = 0;

const INVERSE = memory.data(72);
const SLOPE = memory.data(72);
const REST = memory.data(72);
const A = memory.data(72);

export function clear(): void {
  count = 0;
}

export function total(): usize {
  return count;
}

/** Lists a point and the one behind it. Pairs are added up in order; a sum may go where a pair before, or this, stood. */
export function push(pair: usize, sum: usize): void {
  store<u32>(PAIRS + 4 * count, pair as u32);
  store<u32>(SUMS + 4 * count, sum as u32);
  count++;
}

/** sum = p + q, affine, with 1 / (q.x - p.x). INVARIANT: sum may be p. */
function addAffine(sum: usize, p: usize, q: usize, inverse: usize): void {
  difference(SLOPE, q + Y, p + Y);
  mul(SLOPE, SLOPE, inverse);
  square(A, SLOPE);
  difference(A, A, p);
  Field.combine(A, A, 1, q, -1);
  difference(INVERSE, p, A);
  mul(SLOPE, SLOPE, INVERSE);
  Field.combine(sum + Y, SLOPE, 1, p + Y, -1);
  copy(sum, A);
}

/** Adds up the pairs; false when the points of one are the same or each other's negatives. */
export function addUp(): bool {
  copy(SLOPE, ONE);
  for (let i = count; i-- > 0;) {
    const p = load<u32>(PAIRS + 4 * i) as usize;
    copy(AFTER + i * NUMBER, SLOPE);
    difference(A, p + AFFINE, p);
    mul(SLOPE, SLOPE, A);
  }
  if (isZero(SLOPE)) return false;
  invert(REST, SLOPE);
  for (let i: usize = 0; i < count; i++) {
    const p = load<u32>(PAIRS + 4 * i) as usize;
    mul(INVERSE, REST, AFTER + i * NUMBER);
    difference(A, p + AFFINE, p);
    mul(REST, REST, A);
    addAffine(load<u32>(SUMS + 4 * i) as usize, p, p + AFFINE, INVERSE);
  }
  return true;
}
