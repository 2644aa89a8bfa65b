/**
 * The batch equation: every signature recovers to its key P exactly when R = (z / s) G + (r / s) P, so a whole batch does
 * when the sum of a R - (a r / s) P over all signatures is the sum of a z / s, times G, for random factors a.
 */
import * as buckets from "./buckets";
import * as comb from "./comb";
import { BETA, ONE, copy, difference, isZero } from "./field";
import * as keys from "./keys";
import { NUMBER } from "./limbs";
import { Y, Z, add } from "./point";
import { mul, square } from "./product";
import { KEYS } from "./recover";
import { addScalar, invertAll, mulMontgomery, oddDigits, toMontgomery } from "./scalar";
import { FIRSTS, SECONDS, lift, read, readDigest } from "./signatures";
import { K1, K2, split } from "./split";
import * as words from "./words";

/** One signature is wrong; all are right; only recovery can tell. */
const REFUSED = 0;
const HOLDS = 1;
const UNDECIDED = 2;

/** Where the caller writes random bytes, 16 for each signature, which nobody could foresee. */
export const RANDOMNESS = memory.data(8192);

const INVERSES = memory.data(36864); // of s
const SCRATCH = memory.data(36864);
const POINT = memory.data(144);
const LEFT = memory.data(216);
const RIGHT = memory.data(216);
const OF_G = memory.data(72);
const A = memory.data(72);
const B = memory.data(72);
const WORDS = memory.data(32);
const FACTOR = memory.data(24);
const DIGITS = memory.data(32);

/** FACTOR = the random factor of signature i as a half, A = as a number mod n. */
function readFactor(i: usize): void {
  memory.copy(FACTOR, RANDOMNESS + 16 * i, 16);
  memory.fill(WORDS, 0, 32);
  memory.copy(WORDS, FACTOR, 16);
  words.toLimbs(A, WORDS);
}

/** Adds a R of signature i; false when it is not valid. */
function addPoint(i: usize): bool {
  if (!read(i) || !lift(POINT, i)) return false;
  readFactor(i);
  buckets.push(POINT, FACTOR);
  return true;
}

/** Adds a r / s to its key's factor, and a z / s to that of G. */
function addFactors(i: usize): void {
  readFactor(i);
  mulMontgomery(A, A, INVERSES + i * NUMBER);
  toMontgomery(A, A); // a / s, times 2^261
  readDigest(B, i);
  mulMontgomery(B, B, A);
  addScalar(OF_G, OF_G, B);
  mulMontgomery(A, FIRSTS + i * NUMBER, A);
  keys.push(KEYS + 64 * i, A);
}

function negate(half: usize): void {
  store<i64>(half, ~load<i64>(half, 16), 16);
}

/** Takes away key number i times its factor; false when it is no point. */
function subtractKey(i: usize): bool {
  if (!keys.read(POINT, i)) return false;
  words.fromLimbs(WORDS, keys.FACTORS + i * NUMBER);
  split(WORDS);
  negate(K1);
  negate(K2);
  buckets.push(POINT, K1);
  mul(POINT, POINT, BETA);
  buckets.push(POINT, K2);
  return true;
}

/** RIGHT = G times its factor. */
function multiplyGenerator(): void {
  words.fromLimbs(WORDS, OF_G);
  const negated = oddDigits(DIGITS, WORDS);
  comb.pick(RIGHT, 0, load<u8>(DIGITS), negated);
  copy(RIGHT + Z, ONE);
  for (let w: usize = 1; w < comb.WINDOWS; w++) {
    comb.pick(POINT, w, load<u8>(DIGITS + w), negated);
    add(RIGHT, POINT);
  }
}

/** Whether LEFT and RIGHT, neither infinite, are one point. */
function areEqual(): bool {
  square(A, LEFT + Z);
  square(B, RIGHT + Z);
  mul(POINT, LEFT, B);
  mul(POINT + Y, RIGHT, A);
  difference(POINT, POINT, POINT + Y);
  if (!isZero(POINT)) return false;
  mul(A, A, LEFT + Z);
  mul(B, B, RIGHT + Z);
  mul(POINT, LEFT + Y, B);
  mul(POINT + Y, RIGHT + Y, A);
  difference(POINT, POINT, POINT + Y);
  return isZero(POINT);
}

/** Whether the first `count` signatures recover to the first keys. INVARIANT: `count` is from 1 to 512. */
export function verify(count: usize): i32 {
  buckets.clear();
  keys.clear(load<u32>(RANDOMNESS));
  memory.fill(OF_G, 0, NUMBER);
  for (let i: usize = 0; i < count; i++) if (!addPoint(i)) return REFUSED;
  memory.copy(INVERSES, SECONDS, count * NUMBER);
  invertAll(INVERSES, SCRATCH, count);
  for (let i: usize = 0; i < count; i++) addFactors(i);
  for (let i: usize = 0; i < keys.total(); i++) if (!subtractKey(i)) return REFUSED;
  multiplyGenerator();
  if (!buckets.sumAll(LEFT) || isZero(LEFT + Z) || isZero(RIGHT + Z)) return UNDECIDED;
  return areEqual() ? HOLDS : REFUSED;
}
