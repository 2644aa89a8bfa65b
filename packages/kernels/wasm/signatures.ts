/** A block of digests and signatures, and what its signatures say before any arithmetic (docs/spec/digest.md). */
import { Field, ONE, SEVEN, ZERO, copy, difference, normalize } from "./field";
import { NUMBER } from "./limbs";
import { Y } from "./point";
import { squareRoot } from "./power";
import { mul, square } from "./product";
import { HALF, ORDER } from "./scalar";
import * as words from "./words";

/** Where the caller writes digests and signatures, 32 and 64 bytes each, at most 512. */
export const DIGESTS = memory.data(16384);
export const SIGNATURES = memory.data(32768);

/** r and s of each, or ones where one of the two is out of range. */
export const FIRSTS = memory.data(36864);
export const SECONDS = memory.data(36864);
const PARITIES = memory.data(512);

const WORDS = memory.data(32);
const CUBE = memory.data(72);

/** Reads r, s and the parity of signature i; false when r or s is out of range. */
export function read(i: usize): bool {
  const signature = SIGNATURES + i * 64;
  const r = FIRSTS + i * NUMBER;
  const s = SECONDS + i * NUMBER;
  copy(r, ONE);
  copy(s, ONE);
  words.readBytes(WORDS, signature + 32);
  const top = load<u64>(WORDS, 24);
  store<u8>(PARITIES + i, (top >> 63) as u8);
  store<u64>(WORDS, (top << 1) >> 1, 24);
  if (words.isZero(WORDS) || words.isAbove(WORDS, HALF)) return false;
  words.toLimbs(s, WORDS);
  words.readBytes(WORDS, signature);
  if (words.isZero(WORDS) || !words.isAbove(ORDER, WORDS)) {
    copy(s, ONE);
    return false;
  }
  words.toLimbs(r, WORDS);
  return true;
}

/** The point R of signature i, which was read; its y is loose. False when r is the x of no point. */
export function lift(point: usize, i: usize): bool {
  copy(point, FIRSTS + i * NUMBER);
  square(CUBE, point);
  mul(CUBE, CUBE, point);
  Field.combine(CUBE, CUBE, 1, SEVEN, 1);
  if (!squareRoot(point + Y, CUBE)) return false;
  normalize(point + Y, point + Y);
  if ((load<u8>(point + Y) & 1) !== load<u8>(PARITIES + i)) difference(point + Y, ZERO, point + Y);
  return true;
}

/** r = digest i, below 2^256. */
export function readDigest(r: usize, i: usize): void {
  words.readBytes(WORDS, DIGESTS + i * 32);
  words.toLimbs(r, WORDS);
}
