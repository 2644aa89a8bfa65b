/**
 * Points of secp256k1, y^2 = x^3 + 7. A jacobian (x, y, z) stands for (x / z^2, y / z^3).
 *
 * Additions are incomplete: adding a point to itself or to its negative makes z zero, and z stays zero from then on. So a
 * sum whose final z is not zero is right, and one whose z is zero must be made by complete additions.
 *
 * INVARIANT: x and z are reduced, y is loose.
 */
import { Field, ONE, copy, difference, threeHalves } from "./field";
import { NUMBER } from "./limbs";
import { invert } from "./power";
import { mul, square } from "./product";

/** Where y and z of a point stand, and the bytes of an affine point and a jacobian. */
export const Y: usize = NUMBER;
export const Z: usize = 2 * NUMBER;
export const AFFINE: usize = 2 * NUMBER;
export const JACOBIAN: usize = 3 * NUMBER;

const A = memory.data(72);
const B = memory.data(72);
const C = memory.data(72);
const H = memory.data(72);
const SLOPE = memory.data(72);
const U = memory.data(72);
const S = memory.data(72);

/** p = 2 p. With m = 3/2 x^2, s = y^2, t = x s: (m^2 - 2 t, m (t - x') - s^2, y z). */
export function double(p: usize): void {
  square(A, p);
  threeHalves(SLOPE, A);
  square(B, p + Y);
  mul(C, p, B);
  mul(p + Z, p + Y, p + Z);
  square(A, SLOPE);
  Field.combine(p, A, 1, C, -2);
  difference(C, C, p);
  mul(A, SLOPE, C);
  square(B, B);
  difference(p + Y, A, B);
}

/** p = p + q, where q is affine. */
export function add(p: usize, q: usize): void {
  square(A, p + Z);
  mul(H, q, A);
  mul(A, A, p + Z);
  mul(A, A, q + Y);
  difference(H, H, p);
  Field.combine(SLOPE, A, 1, p + Y, -1);
  square(A, H);
  mul(p + Z, p + Z, H);
  mul(B, A, H);
  mul(C, p, A);
  square(A, SLOPE);
  difference(A, A, B);
  Field.combine(p, A, 1, C, -2);
  difference(C, C, p);
  mul(A, SLOPE, C);
  mul(B, p + Y, B);
  difference(p + Y, A, B);
}

/** p = p + q. */
export function addJacobian(p: usize, q: usize): void {
  square(A, q + Z);
  mul(U, p, A);
  mul(A, A, q + Z);
  mul(S, p + Y, A);
  square(A, p + Z);
  mul(H, q, A);
  mul(A, A, p + Z);
  mul(SLOPE, q + Y, A);
  difference(H, H, U);
  difference(SLOPE, SLOPE, S);
  mul(p + Z, p + Z, q + Z);
  mul(p + Z, p + Z, H);
  square(A, H);
  mul(B, A, H);
  mul(C, U, A);
  square(A, SLOPE);
  difference(A, A, B);
  Field.combine(p, A, 1, C, -2);
  difference(C, C, p);
  mul(A, SLOPE, C);
  mul(B, S, B);
  difference(p + Y, A, B);
}

/** r = the affine point, with the inverse of its z. INVARIANT: r may be p. */
export function toAffine(r: usize, p: usize, inverse: usize): void {
  square(A, inverse);
  mul(r, p, A);
  mul(A, A, inverse);
  mul(r + Y, p + Y, A);
}

/**
 * Puts the affine forms of `count` jacobians, none of which has z = 0, into their x and y; z is lost.
 * @param scratch a number for each
 */
export function allToAffine(points: usize, scratch: usize, count: usize): void {
  copy(C, ONE);
  for (let i: usize = 0; i < count; i++) {
    copy(scratch + i * NUMBER, C);
    mul(C, C, points + i * JACOBIAN + Z);
  }
  invert(C, C);
  for (let i = count; i-- > 0;) {
    const point = points + i * JACOBIAN;
    mul(B, C, scratch + i * NUMBER);
    mul(C, C, point + Z);
    toAffine(point, point, B);
  }
}
