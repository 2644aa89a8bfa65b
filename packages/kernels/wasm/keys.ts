/** The distinct keys of a batch, each with the sum of what its signatures multiply it by. */
import { SEVEN, Field, difference, isZero } from "./field";
import { NUMBER } from "./limbs";
import { Y } from "./point";
import { mul, square } from "./product";
import { addScalar } from "./scalar";
import * as words from "./words";

/** Places of the open hashing, twice the most signatures; a power of two. */
const PLACES: u32 = 1024;

/** Where each key's 64 bytes stand, and the sums; at most 512. */
const KEYS = memory.data(2048);
export const FACTORS = memory.data(36864);
/** Key number + 1 by place; 0: none. */
const TABLE = memory.data(2048);
let count: usize = 0;
let salt: u32 = 1;

const WORDS = memory.data(32);
const PRIME = memory.data<u32>([
  0xfffffc2f, 0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
]);
const A = memory.data(72);
const B = memory.data(72);

/** @param random makes places that nobody can foresee, so that nobody can choose keys that collide */
export function clear(random: u32): void {
  count = 0;
  salt = random | 1;
  memory.fill(TABLE, 0, 2048);
}

/** Number of keys. */
export function total(): usize {
  return count;
}

/** Adds a factor to those of a key, which stays where it is. */
export function push(key: usize, factor: usize): void {
  let place = (load<u32>(key, 28) * salt) >> 22;
  for (;;) {
    const known = load<u16>(TABLE + ((place as usize) << 1)) as usize;
    if (known === 0) break;
    if (memory.compare(load<u32>(KEYS + 4 * (known - 1)) as usize, key, 64) === 0) {
      const sum = FACTORS + (known - 1) * NUMBER;
      addScalar(sum, sum, factor);
      return;
    }
    place = (place + 1) % PLACES;
  }
  store<u32>(KEYS + 4 * count, key as u32);
  memory.copy(FACTORS + count * NUMBER, factor, NUMBER);
  store<u16>(TABLE + ((place as usize) << 1), ++count as u16);
}

function readCoordinate(r: usize, bytes: usize): bool {
  words.readBytes(WORDS, bytes);
  words.toLimbs(r, WORDS);
  return words.isAbove(PRIME, WORDS);
}

/** The point of key number `i`; false when it is none of the curve. */
export function read(point: usize, i: usize): bool {
  const key = load<u32>(KEYS + 4 * i) as usize;
  if (!readCoordinate(point, key) || !readCoordinate(point + Y, key + 32)) return false;
  square(A, point);
  mul(A, A, point);
  Field.combine(A, A, 1, SEVEN, 1);
  square(B, point + Y);
  difference(A, B, A);
  return isZero(A);
}
