/** Integers mod n, the order of secp256k1: nine limbs of 29 bits, none negative, below n; Montgomery's form is 2^261 a. */
import { NUMBER } from "./limbs";
import { accumulate } from "./words";

const MASK: i64 = 0x1fffffff;
const N0: i64 = 0x10364141;
const N1: i64 = 0x1e92f466;
const N2: i64 = 0x12280eef;
const N3: i64 = 0x1db9cd5e;
const N4: i64 = 0x1fffebaa;
const N567: i64 = 0x1fffffff;
const N8: i64 = 0xffffff;
/** -1 / n mod 2^29. */
const MINUS_INVERSE: i64 = 0x1588b13f;
/** 2^261 mod n, which is one, and 2^522 mod n, which turns numbers into Montgomery's form. */
const ONE = memory.data<i64>([0x1937d7e0, 0xda1732f, 0x1afe2201, 0x8c6542d, 0x28aa2, 0, 0, 0, 0]);
const SQUARED = memory.data<i64>([
  0x9f6ab4b, 0x1f300d1e, 0x1c0bd5d8, 0xc8ada8c, 0x11cefa2b, 0x8b79a0f, 0x1e697f5e, 0xe34de2, 0x9c7356,
]);
/** n and (n - 1) / 2 in words. */
export const ORDER = memory.data<u32>([
  0xd0364141, 0xbfd25e8c, 0xaf48a03b, 0xbaaedce6, 0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff,
]);
export const HALF = memory.data<u32>([
  0x681b20a0, 0xdfe92f46, 0x57a4501d, 0x5d576e73, 0xffffffff, 0xffffffff, 0xffffffff, 0x7fffffff,
]);

const PRODUCT = memory.data(72);
const INVERSE = memory.data(72);
const POWERS = memory.data(1152);
const SUM = memory.data(72);

/** r = a b / 2^261. INVARIANT: a is below 2^256, its limbs below 2^29; b is below n. */
export function mulMontgomery(r: usize, a: usize, b: usize): void {
  const b0 = load<i64>(b);
  const b1 = load<i64>(b, 8);
  const b2 = load<i64>(b, 16);
  const b3 = load<i64>(b, 24);
  const b4 = load<i64>(b, 32);
  const b5 = load<i64>(b, 40);
  const b6 = load<i64>(b, 48);
  const b7 = load<i64>(b, 56);
  const b8 = load<i64>(b, 64);
  let t0: i64 = 0;
  let t1: i64 = 0;
  let t2: i64 = 0;
  let t3: i64 = 0;
  let t4: i64 = 0;
  let t5: i64 = 0;
  let t6: i64 = 0;
  let t7: i64 = 0;
  let t8: i64 = 0;
  for (let i: usize = 0; i < NUMBER; i += 8) {
    const x = load<i64>(a + i);
    t0 += x * b0;
    const m = (t0 * MINUS_INVERSE) & MASK;
    t0 = t1 + x * b1 + m * N1 + ((t0 + m * N0) >> 29);
    t1 = t2 + x * b2 + m * N2;
    t2 = t3 + x * b3 + m * N3;
    t3 = t4 + x * b4 + m * N4;
    t4 = t5 + x * b5 + m * N567;
    t5 = t6 + x * b6 + m * N567;
    t6 = t7 + x * b7 + m * N567;
    t7 = t8 + x * b8 + m * N8;
    t8 = 0;
  }
  t1 += t0 >> 29;
  t2 += t1 >> 29;
  t3 += t2 >> 29;
  t4 += t3 >> 29;
  t5 += t4 >> 29;
  t6 += t5 >> 29;
  t7 += t6 >> 29;
  storeReduced(r, t0 & MASK, t1 & MASK, t2 & MASK, t3 & MASK, t4 & MASK, t5 & MASK, t6 & MASK, t7 & MASK, t7 >> 29);
}

/** r = 2^261 a: what mulMontgomery divides by. INVARIANT: a is below 2^256, its limbs below 2^29. */
export function toMontgomery(r: usize, a: usize): void {
  mulMontgomery(r, a, SQUARED);
}

/** r = a + b. */
export function addScalar(r: usize, a: usize, b: usize): void {
  let carry: i64 = 0;
  for (let i: usize = 0; i < NUMBER; i += 8) {
    carry += load<i64>(a + i) + load<i64>(b + i);
    store<i64>(SUM + i, i < NUMBER - 8 ? carry & MASK : carry);
    carry >>= 29;
  }
  storeReduced(
    r,
    load<i64>(SUM),
    load<i64>(SUM, 8),
    load<i64>(SUM, 16),
    load<i64>(SUM, 24),
    load<i64>(SUM, 32),
    load<i64>(SUM, 40),
    load<i64>(SUM, 48),
    load<i64>(SUM, 56),
    load<i64>(SUM, 64),
  );
}

/** Stores a number below 2 n, less n where it can be. */
function storeReduced(r: usize, t0: i64, t1: i64, t2: i64, t3: i64, t4: i64, t5: i64, t6: i64, t7: i64, t8: i64): void {
  const d0 = t0 - N0;
  const d1 = t1 - N1 + (d0 >> 29);
  const d2 = t2 - N2 + (d1 >> 29);
  const d3 = t3 - N3 + (d2 >> 29);
  const d4 = t4 - N4 + (d3 >> 29);
  const d5 = t5 - N567 + (d4 >> 29);
  const d6 = t6 - N567 + (d5 >> 29);
  const d7 = t7 - N567 + (d6 >> 29);
  const d8 = t8 - N8 + (d7 >> 29);
  const less = d8 < 0;
  store<i64>(r, less ? t0 : d0 & MASK);
  store<i64>(r, less ? t1 : d1 & MASK, 8);
  store<i64>(r, less ? t2 : d2 & MASK, 16);
  store<i64>(r, less ? t3 : d3 & MASK, 24);
  store<i64>(r, less ? t4 : d4 & MASK, 32);
  store<i64>(r, less ? t5 : d5 & MASK, 40);
  store<i64>(r, less ? t6 : d6 & MASK, 48);
  store<i64>(r, less ? t7 : d7 & MASK, 56);
  store<i64>(r, less ? t8 : d8, 64);
}

/** INVERSE = 1 / PRODUCT, both in Montgomery's form: the power n - 2, four bits at a time. */
function invertProduct(): void {
  memory.copy(POWERS, ONE, NUMBER);
  for (let i: usize = 1; i < 16; i++) mulMontgomery(POWERS + i * NUMBER, POWERS + (i - 1) * NUMBER, PRODUCT);
  memory.copy(INVERSE, ONE, NUMBER);
  for (let i: usize = 64; i-- > 0;) {
    for (let k = 0; k < 4; k++) mulMontgomery(INVERSE, INVERSE, INVERSE);
    const word = load<u32>(ORDER + ((i >> 3) << 2)) - (i < 8 ? 2 : 0);
    mulMontgomery(INVERSE, INVERSE, POWERS + (((word >> (((i & 7) as u32) << 2)) & 15) as usize) * NUMBER);
  }
}

/** Turns `count` numbers other than zero into 2^261 times their inverses; `scratch` holds as many. */
export function invertAll(values: usize, scratch: usize, count: usize): void {
  memory.copy(PRODUCT, ONE, NUMBER);
  for (let i: usize = 0; i < count; i++) {
    const value = values + i * NUMBER;
    toMontgomery(value, value);
    memory.copy(scratch + i * NUMBER, PRODUCT, NUMBER); // of all before
    mulMontgomery(PRODUCT, PRODUCT, value);
  }
  invertProduct();
  for (let i = count; i-- > 0;) {
    const value = values + i * NUMBER;
    const before = scratch + i * NUMBER;
    mulMontgomery(before, INVERSE, before);
    mulMontgomery(INVERSE, INVERSE, value);
    memory.copy(value, before, NUMBER);
  }
}

/**
 * Digits of a, or of n - a when a is even: both are odd. Byte B of window w stands for (2 B - 255) 256^w, so that no digit
 * is zero. Returns whether they stand for n - a, that is for -a.
 */
export function oddDigits(digits: usize, a: usize): bool {
  const negated = (load<u64>(a) & 1) === 0;
  memory.copy(digits, a, 32);
  if (negated) {
    memory.copy(digits, ORDER, 32);
    accumulate(digits, a, 8, true);
  }
  for (let i: usize = 0; i < 32; i += 8) {
    const next: u64 = i < 24 ? load<u64>(digits + i + 8) : 1;
    store<u64>(digits + i, (load<u64>(digits + i) >> 1) | (next << 63)); // (k - 1) / 2 + 2^255
  }
  return negated;
}
