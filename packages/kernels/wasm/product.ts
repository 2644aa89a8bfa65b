/** Products in the field, every one of their columns written out: V8 keeps the sums in registers. */
import { Limbs } from "./limbs";

/** r = a b. INVARIANT: the bounds of a and b multiply to at most 3 (limbs.ts). */
export function mul(r: usize, a: usize, b: usize): void {
  const a0 = load<i64>(a);
  const a1 = load<i64>(a, 8);
  const a2 = load<i64>(a, 16);
  const a3 = load<i64>(a, 24);
  const a4 = load<i64>(a, 32);
  const a5 = load<i64>(a, 40);
  const a6 = load<i64>(a, 48);
  const a7 = load<i64>(a, 56);
  const a8 = load<i64>(a, 64);
  const b0 = load<i64>(b);
  const b1 = load<i64>(b, 8);
  const b2 = load<i64>(b, 16);
  const b3 = load<i64>(b, 24);
  const b4 = load<i64>(b, 32);
  const b5 = load<i64>(b, 40);
  const b6 = load<i64>(b, 48);
  const b7 = load<i64>(b, 56);
  const b8 = load<i64>(b, 64);
  const c0 = a0 * b0;
  const c1 = a0 * b1 + a1 * b0;
  const c2 = a0 * b2 + a1 * b1 + a2 * b0;
  const c3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
  const c4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
  const c5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
  const c6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0;
  const c7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0;
  const c8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0;
  const c9 = a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1;
  const c10 = a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2;
  const c11 = a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3;
  const c12 = a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4;
  const c13 = a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5;
  const c14 = a6 * b8 + a7 * b7 + a8 * b6;
  const c15 = a7 * b8 + a8 * b7;
  const c16 = a8 * b8;
  Limbs.reduce(r, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16);
}

/** r = a a. INVARIANT: a is loose (limbs.ts). */
export function square(r: usize, a: usize): void {
  const a0 = load<i64>(a);
  const a1 = load<i64>(a, 8);
  const a2 = load<i64>(a, 16);
  const a3 = load<i64>(a, 24);
  const a4 = load<i64>(a, 32);
  const a5 = load<i64>(a, 40);
  const a6 = load<i64>(a, 48);
  const a7 = load<i64>(a, 56);
  const a8 = load<i64>(a, 64);
  const d0 = 2 * a0;
  const d1 = 2 * a1;
  const d2 = 2 * a2;
  const d3 = 2 * a3;
  const d4 = 2 * a4;
  const d5 = 2 * a5;
  const d6 = 2 * a6;
  const d7 = 2 * a7;
  const c0 = a0 * a0;
  const c1 = d0 * a1;
  const c2 = d0 * a2 + a1 * a1;
  const c3 = d0 * a3 + d1 * a2;
  const c4 = d0 * a4 + d1 * a3 + a2 * a2;
  const c5 = d0 * a5 + d1 * a4 + d2 * a3;
  const c6 = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3;
  const c7 = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4;
  const c8 = d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4;
  const c9 = d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5;
  const c10 = d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5;
  const c11 = d3 * a8 + d4 * a7 + d5 * a6;
  const c12 = d4 * a8 + d5 * a7 + a6 * a6;
  const c13 = d5 * a8 + d6 * a7;
  const c14 = d6 * a8 + a7 * a7;
  const c15 = d7 * a8;
  const c16 = a8 * a8;
  Limbs.reduce(r, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16);
}
