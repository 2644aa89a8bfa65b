/**
 * The sum of many points, each times a half (split.ts): Pippenger's method in base 128. In each window the points with one
 * digit are added up in its bucket, two and two in affine coordinates, all pairs of a window with one inversion.
 */
import { WINDOWS, writeWindows } from "./digits";
import { Field, ONE, ZERO, copy, difference, isZero } from "./field";
import { NUMBER } from "./limbs";
import { AFFINE, JACOBIAN, Y, Z, add, addJacobian, double } from "./point";
import { invert } from "./power";
import { mul, square } from "./product";

/** Digits from 1 to this, or their negatives. */
const BUCKETS: usize = 64;

/** Points, affine, y loose, at most 1,536; and the digits of each. */
const POINTS = memory.data(221184);
const DIGITS = memory.data(29184);
let count: usize = 0;

/** The points of a window by buckets; where those of a bucket begin, and how many they are. */
const SORTED = memory.data(221184);
const STARTS = memory.data(260);
const COUNTS = memory.data(260);
/** Pairs: where the two points stand, where their sum goes, and the product of the differences of x of all after it. */
const PAIRS = memory.data(6144);
const SUMS = memory.data(6144);
const AFTER = memory.data(55296);

const PARTIAL = memory.data(216);
const TOTAL = memory.data(216);
const INVERSE = memory.data(72);
const SLOPE = memory.data(72);
const REST = memory.data(72);
const A = memory.data(72);

export function clear(): void {
  count = 0;
}

/** Adds a point, affine, times a half. */
export function push(point: usize, half: usize): void {
  copy(POINTS + count * AFFINE, point);
  copy(POINTS + count * AFFINE + Y, point + Y);
  writeWindows(DIGITS + count * WINDOWS, half);
  count++;
}

/** Puts the points of a window into its buckets, negated where the digit is negative. */
function sort(window: usize): void {
  memory.fill(COUNTS, 0, 260);
  for (let i: usize = 0; i < count; i++) {
    const at = COUNTS + 4 * (abs(load<i8>(DIGITS + i * WINDOWS + window)) as usize);
    store<u32>(at, load<u32>(at) + 1);
  }
  let place: u32 = 0;
  for (let b: usize = 1; b <= BUCKETS; b++) {
    store<u32>(STARTS + 4 * b, place);
    place += load<u32>(COUNTS + 4 * b);
  }
  for (let i: usize = 0; i < count; i++) {
    const digit = load<i8>(DIGITS + i * WINDOWS + window) as i32;
    if (digit === 0) continue;
    const next = STARTS + 4 * (abs(digit) as usize);
    const to = SORTED + (load<u32>(next) as usize) * AFFINE;
    store<u32>(next, load<u32>(next) + 1);
    copy(to, POINTS + i * AFFINE);
    if (digit < 0) difference(to + Y, ZERO, POINTS + i * AFFINE + Y);
    else copy(to + Y, POINTS + i * AFFINE + Y);
  }
  for (let b: usize = 1; b <= BUCKETS; b++)
    store<u32>(STARTS + 4 * b, load<u32>(STARTS + 4 * b) - load<u32>(COUNTS + 4 * b));
}

/** Lists the pairs of neighbours in the buckets; returns how many. */
function listPairs(): usize {
  let pairs: usize = 0;
  for (let b: usize = 1; b <= BUCKETS; b++) {
    const bucket = SORTED + (load<u32>(STARTS + 4 * b) as usize) * AFFINE;
    const half = (load<u32>(COUNTS + 4 * b) >> 1) as usize;
    for (let k: usize = 0; k < half; k++) {
      store<u32>(PAIRS + 4 * pairs, (bucket + 2 * k * AFFINE) as u32);
      store<u32>(SUMS + 4 * pairs, (bucket + k * AFFINE) as u32);
      pairs++;
    }
  }
  return pairs;
}

/** Halves the buckets: what was odd moves behind the sums. */
function closeBuckets(): void {
  for (let b: usize = 1; b <= BUCKETS; b++) {
    const n = load<u32>(COUNTS + 4 * b) as usize;
    const bucket = SORTED + (load<u32>(STARTS + 4 * b) as usize) * AFFINE;
    if (n > 1 && n % 2 === 1) memory.copy(bucket + (n >> 1) * AFFINE, bucket + (n - 1) * AFFINE, AFFINE);
    store<u32>(COUNTS + 4 * b, ((n + 1) >> 1) as u32);
  }
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

/** Adds up pairs once; false when the points of one are the same or each other's negatives. */
function addPairs(pairs: usize): bool {
  copy(SLOPE, ONE);
  for (let i = pairs; i-- > 0;) {
    const p = load<u32>(PAIRS + 4 * i) as usize;
    copy(AFTER + i * NUMBER, SLOPE);
    difference(A, p + AFFINE, p);
    mul(SLOPE, SLOPE, A);
  }
  if (isZero(SLOPE)) return false;
  invert(REST, SLOPE);
  for (let i: usize = 0; i < pairs; i++) {
    const p = load<u32>(PAIRS + 4 * i) as usize;
    mul(INVERSE, REST, AFTER + i * NUMBER);
    difference(A, p + AFFINE, p);
    mul(REST, REST, A);
    addAffine(load<u32>(SUMS + 4 * i) as usize, p, p + AFFINE, INVERSE);
  }
  return true;
}

/** TOTAL = the sum of the buckets of a window, each times its digit; false when all are empty. */
function sumBuckets(): bool {
  let filled = 0; // buckets so far, counting stops at 2
  for (let b = BUCKETS; b > 0; b--) {
    const bucket = SORTED + (load<u32>(STARTS + 4 * b) as usize) * AFFINE;
    const isFilled = load<u32>(COUNTS + 4 * b) !== 0;
    if (filled === 0) {
      if (!isFilled) continue;
      memory.copy(PARTIAL, bucket, AFFINE);
      copy(PARTIAL + Z, ONE);
      memory.copy(TOTAL, PARTIAL, JACOBIAN);
      filled = 1;
      continue;
    }
    if (isFilled) add(PARTIAL, bucket);
    if (filled === 1 && !isFilled) double(TOTAL);
    else addJacobian(TOTAL, PARTIAL);
    filled = 2;
  }
  return filled !== 0;
}

/** r = the sum; false when only complete additions can tell. r is not infinite where this is true and its z is not 0. */
export function sumAll(r: usize): bool {
  let started = false;
  for (let w = WINDOWS; w-- > 0;) {
    if (started) for (let i = 0; i < 7; i++) double(r);
    sort(w);
    for (let pairs = listPairs(); pairs > 0; pairs = listPairs()) {
      if (!addPairs(pairs)) return false;
      closeBuckets();
    }
    if (!sumBuckets()) continue;
    if (started) addJacobian(r, TOTAL);
    else memory.copy(r, TOTAL, JACOBIAN);
    started = true;
  }
  return started;
}
