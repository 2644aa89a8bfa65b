/**
 * The sum of many points, each times a half (split.ts): Pippenger's method in base 128. In each window the points with one
 * digit are added up in its bucket, two and two in affine coordinates, all pairs of a window with one inversion.
 */
import { WINDOWS, writeWindows } from "./digits";
import { ONE, ZERO, copy, difference } from "./field";
import * as pairs from "./pairs";
import { WORK } from "./pairs";
import { AFFINE, JACOBIAN, Y, Z, add, addJacobian, double } from "./point";

/** Digits from 1 to this, or their negatives. */
const BUCKETS: usize = 64;

/** Points, affine, y loose, at most 1,536; and the digits of each. */
const POINTS = memory.data(221184);
const DIGITS = memory.data(29184);
let count: usize = 0;

/** Where the points of a bucket begin in WORK, which has those of one window, and how many they are. */
const STARTS = memory.data(260);
const COUNTS = memory.data(260);
const PARTIAL = memory.data(216);
const TOTAL = memory.data(216);

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
    const to = WORK + (load<u32>(next) as usize) * AFFINE;
    store<u32>(next, load<u32>(next) + 1);
    copy(to, POINTS + i * AFFINE);
    if (digit < 0) difference(to + Y, ZERO, POINTS + i * AFFINE + Y);
    else copy(to + Y, POINTS + i * AFFINE + Y);
  }
  for (let b: usize = 1; b <= BUCKETS; b++)
    store<u32>(STARTS + 4 * b, load<u32>(STARTS + 4 * b) - load<u32>(COUNTS + 4 * b));
}

/** Lists the pairs of neighbours in the buckets. */
function listPairs(): void {
  pairs.clear();
  for (let b: usize = 1; b <= BUCKETS; b++) {
    const bucket = WORK + (load<u32>(STARTS + 4 * b) as usize) * AFFINE;
    const half = (load<u32>(COUNTS + 4 * b) >> 1) as usize;
    for (let k: usize = 0; k < half; k++) pairs.push(bucket + 2 * k * AFFINE, bucket + k * AFFINE);
  }
}

/** Halves the buckets: what was odd moves behind the sums. */
function closeBuckets(): void {
  for (let b: usize = 1; b <= BUCKETS; b++) {
    const n = load<u32>(COUNTS + 4 * b) as usize;
    const bucket = WORK + (load<u32>(STARTS + 4 * b) as usize) * AFFINE;
    if (n > 1 && n % 2 === 1) memory.copy(bucket + (n >> 1) * AFFINE, bucket + (n - 1) * AFFINE, AFFINE);
    store<u32>(COUNTS + 4 * b, ((n + 1) >> 1) as u32);
  }
}

/** TOTAL = the sum of the buckets of a window, each times its digit; false when all are empty. */
function sumBuckets(): bool {
  let filled = 0; // buckets so far, counting stops at 2
  for (let b = BUCKETS; b > 0; b--) {
    const bucket = WORK + (load<u32>(STARTS + 4 * b) as usize) * AFFINE;
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
    for (listPairs(); pairs.total() > 0; listPairs()) {
      if (!pairs.addUp()) return false;
      closeBuckets();
    }
    if (!sumBuckets()) continue;
    if (started) addJacobian(r, TOTAL);
    else memory.copy(r, TOTAL, JACOBIAN);
    started = true;
  }
  return started;
}
