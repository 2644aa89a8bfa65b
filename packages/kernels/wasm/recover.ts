/**
 * Recovery of a block of signatures: Q = u1 G + u2 R with u1 = -z / r and u2 = s / r (docs/spec/digest.md, "Signature").
 * One inversion mod n and one mod p serve the whole block.
 */
import * as comb from "./comb";
import { ONE, SEVEN, ZERO, Field, copy, difference, isZero, normalize } from "./field";
import { NUMBER } from "./limbs";
import * as multiples from "./multiples";
import { JACOBIAN, Y, Z, add, allToAffine, double } from "./point";
import { squareRoot } from "./power";
import { mul, square } from "./product";
import { HALF, ORDER, invertAll, mulMontgomery, oddDigits } from "./scalar";
import { DIGITS, split } from "./split";
import * as words from "./words";

/** What became of a signature: it has no key; its key was written; only complete additions can tell. */
const NONE: u8 = 0;
const FOUND: u8 = 1;
const OPEN: u8 = 2;

/** Where the caller writes digests and signatures, 32 and 64 bytes each, and reads keys of 64 bytes and outcomes of one. */
export const DIGESTS = memory.data(16384);
export const SIGNATURES = memory.data(32768);
export const KEYS = memory.data(32768);
export const OUTCOMES = memory.data(512);

const SUMS = memory.data(110592);
const INVERSES = memory.data(36864); // of r
const SECONDS = memory.data(36864); // s
const SCRATCH = memory.data(36864);
const PARITIES = memory.data(512);
const WORDS = memory.data(32);
const HALF_DIGITS = memory.data(258);
const COMB_DIGITS = memory.data(32);
const POINT = memory.data(144);
const NUMBER_A = memory.data(72);
const COMMON_Z = memory.data(72);

/** Reads signature i: r as the x of its sum, s, the parity; ones where one is out of range. Returns whether none is. */
function read(i: usize): bool {
  const signature = SIGNATURES + i * 64;
  const r = SUMS + i * JACOBIAN;
  copy(r, ONE);
  copy(SECONDS + i * NUMBER, ONE);
  copy(INVERSES + i * NUMBER, ONE);
  words.readBytes(WORDS, signature);
  if (words.isZero(WORDS) || !words.isAbove(ORDER, WORDS)) return false;
  words.toLimbs(r, WORDS);
  words.readBytes(WORDS, signature + 32);
  const top = load<u64>(WORDS, 24);
  store<u8>(PARITIES + i, (top >> 63) as u8);
  store<u64>(WORDS, top & ~((1 as u64) << 63), 24);
  if (words.isZero(WORDS) || words.isAbove(WORDS, HALF)) return false;
  words.toLimbs(SECONDS + i * NUMBER, WORDS);
  copy(INVERSES + i * NUMBER, r);
  return true;
}

/** POINT = R, from its x; false when no point has it. */
function lift(x: usize, parity: u8): bool {
  copy(POINT, x);
  square(NUMBER_A, POINT);
  mul(NUMBER_A, NUMBER_A, POINT);
  Field.combine(NUMBER_A, NUMBER_A, 1, SEVEN, 1);
  if (!squareRoot(POINT + Y, NUMBER_A)) return false;
  normalize(POINT + Y, POINT + Y);
  if ((load<u8>(POINT + Y) & 1) !== parity) difference(POINT + Y, ZERO, POINT + Y);
  return true;
}

/** Digits of z / r and of both halves of s / r; returns whether the first stand for its negative. */
function writeDigits(i: usize): bool {
  mulMontgomery(NUMBER_A, SECONDS + i * NUMBER, INVERSES + i * NUMBER);
  words.fromLimbs(WORDS, NUMBER_A);
  split(HALF_DIGITS, WORDS);
  words.readBytes(WORDS, DIGESTS + i * 32);
  words.toLimbs(NUMBER_A, WORDS);
  mulMontgomery(NUMBER_A, NUMBER_A, INVERSES + i * NUMBER);
  words.fromLimbs(WORDS, NUMBER_A);
  return oddDigits(COMB_DIGITS, WORDS);
}

/** sum = u2 R, by the digits of its halves. */
function addHalves(sum: usize): void {
  let started = false;
  multiples.build(COMMON_Z, POINT);
  for (let bit = DIGITS; bit-- > 0;) {
    if (started) double(sum);
    for (let half: usize = 0; half < 2; half++) {
      const digit = load<i8>(HALF_DIGITS + half * DIGITS + bit);
      if (digit === 0) continue;
      multiples.pick(POINT, half, digit);
      if (started) {
        add(sum, POINT);
      } else {
        copy(sum, POINT);
        copy(sum + Y, POINT + Y);
        copy(sum + Z, ONE);
        started = true;
      }
    }
  }
  mul(sum + Z, sum + Z, COMMON_Z);
}

/** Q of signature i, as far as incomplete additions lead. */
function recoverOne(i: usize): u8 {
  const sum = SUMS + i * JACOBIAN;
  if (!lift(sum, load<u8>(PARITIES + i))) return NONE;
  const negated = writeDigits(i);
  addHalves(sum);
  for (let w: usize = 0; w < comb.WINDOWS; w++) {
    comb.pick(POINT, w, load<u8>(COMB_DIGITS + w), !negated); // u1 = -z / r
    add(sum, POINT);
  }
  return isZero(sum + Z) ? OPEN : FOUND;
}

function writeKey(key: usize, sum: usize): void {
  for (let i: usize = 0; i < 2; i++) {
    normalize(sum + i * NUMBER, sum + i * NUMBER);
    words.fromLimbs(WORDS, sum + i * NUMBER);
    words.writeBytes(key + 32 * i, WORDS);
  }
}

/** Recovers the first `count` signatures. INVARIANT: `count` is at most 512. */
export function recover(count: usize): void {
  for (let i: usize = 0; i < count; i++) store<u8>(OUTCOMES + i, read(i) ? FOUND : NONE);
  invertAll(INVERSES, SCRATCH, count);
  for (let i: usize = 0; i < count; i++) {
    if (load<u8>(OUTCOMES + i) === FOUND) store<u8>(OUTCOMES + i, recoverOne(i));
    if (load<u8>(OUTCOMES + i) !== FOUND) copy(SUMS + i * JACOBIAN + Z, ONE); // must not spoil the common inverse
  }
  allToAffine(SUMS, SCRATCH, count);
  for (let i: usize = 0; i < count; i++)
    if (load<u8>(OUTCOMES + i) === FOUND) writeKey(KEYS + i * 64, SUMS + i * JACOBIAN);
}
