/**
 * Recovery of a block of signatures: Q = u1 G + u2 R with u1 = -z / r and u2 = s / r (docs/spec/digest.md, "Signature").
 * One inversion mod n and one mod p serve the whole block.
 */
import { BITS, writeNonAdjacent } from "./digits";
import { ONE, copy, isZero, normalize } from "./field";
import * as generator from "./generator";
import { begin, finish } from "./keccak";
import { NUMBER } from "./limbs";
import * as multiples from "./multiples";
import { AFFINE, JACOBIAN, Y, Z, add, allToAffine, double } from "./point";
import { mul } from "./product";
import { invertAll, mulMontgomery, oddDigits } from "./scalar";
import { FIRSTS, SECONDS, lift, read, readDigest } from "./signatures";
import { K1, K2, split } from "./split";
import * as words from "./words";

/** What became of a signature: it has no key; its key was written; only complete additions can tell. */
const NONE: u8 = 0;
const FOUND: u8 = 1;
const OPEN: u8 = 2;

/** Fewer multiples of G than this are added entry by entry: five inversions cost more. */
const LEAST: usize = 8;

/** Where the caller reads keys of 64 bytes, addresses of 20 and outcomes of one. */
export const KEYS = memory.data(32768);
export const ADDRESSES = memory.data(10240);
export const OUTCOMES = memory.data(512);

const SUMS = memory.data(110592);
const INVERSES = memory.data(36864); // of r
const SCRATCH = memory.data(36864);
const WORDS = memory.data(32);
const HALF_DIGITS = memory.data(258);
const POINT = memory.data(144);
const NUMBER_A = memory.data(72);
const COMMON_Z = memory.data(72);

/** Digits of u1 = -z / r of signature i, for G. */
function writeDigits(i: usize): void {
  readDigest(NUMBER_A, i);
  mulMontgomery(NUMBER_A, NUMBER_A, INVERSES + i * NUMBER);
  words.fromLimbs(WORDS, NUMBER_A);
  store<bool>(generator.NEGATIVE + i, !oddDigits(generator.DIGITS + 32 * i, WORDS));
}

/** Digits of both halves of u2 = s / r of signature i. */
function writeHalves(i: usize): void {
  mulMontgomery(NUMBER_A, SECONDS + i * NUMBER, INVERSES + i * NUMBER);
  words.fromLimbs(WORDS, NUMBER_A);
  split(WORDS);
  writeNonAdjacent(HALF_DIGITS, K1);
  writeNonAdjacent(HALF_DIGITS + BITS, K2);
}

/** sum = u2 R, by the digits of its halves. */
function addHalves(sum: usize): void {
  let started = false;
  multiples.build(COMMON_Z, POINT);
  for (let bit = BITS; bit-- > 0;) {
    if (started) double(sum);
    for (let half: usize = 0; half < 2; half++) {
      const digit = load<i8>(HALF_DIGITS + half * BITS + bit);
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
function recoverOne(i: usize, multiplied: bool): u8 {
  const sum = SUMS + i * JACOBIAN;
  if (!lift(POINT, i)) return NONE;
  writeHalves(i);
  addHalves(sum);
  if (multiplied) add(sum, generator.MULTIPLES + i * AFFINE);
  else generator.addMultiple(sum, i);
  return isZero(sum + Z) ? OPEN : FOUND;
}

/** Writes key and address of signature i. */
function writeKey(i: usize): void {
  const key = KEYS + 64 * i;
  const sum = SUMS + i * JACOBIAN;
  for (let k: usize = 0; k < 2; k++) {
    normalize(sum + k * NUMBER, sum + k * NUMBER);
    words.fromLimbs(WORDS, sum + k * NUMBER);
    words.writeBytes(key + 32 * k, WORDS);
  }
  begin();
  finish(WORDS, key, 64);
  memory.copy(ADDRESSES + 20 * i, WORDS + 12, 20);
}

/**
 * Recovers the first `count` signatures; what has no key, or not yet, has zeros for key and address.
 * INVARIANT: `count` is at most 512.
 */
export function recover(count: usize): void {
  for (let i: usize = 0; i < count; i++) {
    store<u8>(OUTCOMES + i, read(i) ? FOUND : NONE);
    copy(INVERSES + i * NUMBER, FIRSTS + i * NUMBER);
  }
  invertAll(INVERSES, SCRATCH, count);
  for (let i: usize = 0; i < count; i++) writeDigits(i);
  const multiplied = count >= LEAST && generator.multiplyAll(count);
  for (let i: usize = 0; i < count; i++) {
    if (load<u8>(OUTCOMES + i) === FOUND) store<u8>(OUTCOMES + i, recoverOne(i, multiplied));
    if (load<u8>(OUTCOMES + i) !== FOUND) copy(SUMS + i * JACOBIAN + Z, ONE); // must not spoil the common inverse
  }
  allToAffine(SUMS, SCRATCH, count);
  memory.fill(KEYS, 0, 64 * count);
  memory.fill(ADDRESSES, 0, 20 * count);
  for (let i: usize = 0; i < count; i++) if (load<u8>(OUTCOMES + i) === FOUND) writeKey(i);
}
