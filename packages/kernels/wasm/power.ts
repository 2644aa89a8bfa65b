/**
 * Inverse and square root in the field. Both exponents begin with 223 ones: p - 2 is 223 ones, 0, 22 ones, 0000101101, and
 * (p + 1) / 4 is 223 ones, 0, 22 ones, 00001100.
 */
import { copy, difference, isZero } from "./field";
import { mul, square } from "./product";

const T = memory.data(72);
const X2 = memory.data(72);
const X3 = memory.data(72);
const X11 = memory.data(72);
const X22 = memory.data(72);
const X44 = memory.data(72);
const X88 = memory.data(72);
const BASE = memory.data(72);

/** r = a^(2^times). */
function squareTimes(r: usize, a: usize, times: i32): void {
  square(r, a);
  for (let i = 1; i < times; i++) square(r, r);
}

/** T = a^(2^223 - 1), X2 = a^3, X22 = a^(2^22 - 1). */
function powerOfOnes(a: usize): void {
  squareTimes(T, a, 1);
  mul(X2, T, a);
  squareTimes(T, X2, 1);
  mul(X3, T, a);
  squareTimes(T, X3, 3);
  mul(T, T, X3); // 6 ones
  squareTimes(T, T, 3);
  mul(T, T, X3); // 9 ones
  squareTimes(T, T, 2);
  mul(X11, T, X2);
  squareTimes(T, X11, 11);
  mul(X22, T, X11);
  squareTimes(T, X22, 22);
  mul(X44, T, X22);
  squareTimes(T, X44, 44);
  mul(X88, T, X44);
  squareTimes(T, X88, 88);
  mul(T, T, X88); // 176 ones
  squareTimes(T, T, 44);
  mul(T, T, X44); // 220 ones
  squareTimes(T, T, 3);
  mul(T, T, X3);
}

/** r = 1 / a; zero of zero. */
export function invert(r: usize, a: usize): void {
  copy(BASE, a);
  powerOfOnes(BASE);
  squareTimes(T, T, 23);
  mul(T, T, X22);
  squareTimes(T, T, 5);
  mul(T, T, BASE);
  squareTimes(T, T, 3);
  mul(T, T, X2);
  squareTimes(T, T, 2);
  mul(r, T, BASE);
}

/** r = a square root of a, which is reduced; false when it has none. */
export function squareRoot(r: usize, a: usize): bool {
  copy(BASE, a);
  powerOfOnes(BASE);
  squareTimes(T, T, 23);
  mul(T, T, X22);
  squareTimes(T, T, 6);
  mul(T, T, X2);
  squareTimes(r, T, 2);
  square(T, r);
  difference(T, T, BASE);
  return isZero(T);
}
