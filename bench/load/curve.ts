/**
 * Many points k·G of secp256k1 at consecutive k, at about 2 µs a point: for signing a load before a run, never for wallets.
 *
 * A block of points moves on by adding the same point to each; one inversion serves the whole block (Montgomery's trick).
 */
import { secp256k1 } from "@noble/curves/secp256k1.js";

export const FIELD = 2n ** 256n - 0x1000003d1n;
export const ORDER = secp256k1.Point.Fn.ORDER;

/** Points of a block. */
const BLOCK = 1024;

/** Block `n` holds (first + 1024n + i)·G at place i. */
export interface PointBlock {
  readonly x: readonly bigint[];
  readonly y: readonly bigint[];
}

/** Inverses of all values modulo a prime, by one inversion. */
export function inverses(values: readonly bigint[], modulus: bigint): bigint[] {
  const products: bigint[] = new Array<bigint>(values.length);
  let product = 1n;
  for (let i = 0; i < values.length; i++) {
    products[i] = product;
    product = (product * (values[i] as bigint)) % modulus;
  }
  let inverse = power(product, modulus - 2n, modulus);
  for (let i = values.length - 1; i >= 0; i--) {
    products[i] = (inverse * (products[i] as bigint)) % modulus;
    inverse = (inverse * (values[i] as bigint)) % modulus;
  }
  return products;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus)
    if ((e & 1n) === 1n) result = (result * b) % modulus;
  return result;
}

/** Blocks of consecutive multiples of G from `first` on, 0 < first; without end. */
export function* consecutivePoints(first: bigint): Generator<PointBlock> {
  const { x, y } = firstBlock(first);
  const step = secp256k1.Point.BASE.multiply(BigInt(BLOCK)).toAffine();
  for (;;) {
    yield { x, y };
    const slopes = inverses(
      x.map((value) => modulo(step.x - value)),
      FIELD,
    );
    for (let i = 0; i < BLOCK; i++) {
      const [px, py] = [x[i] as bigint, y[i] as bigint];
      const slope = modulo((step.y - py) * (slopes[i] as bigint));
      const sum = modulo(slope * slope - px - step.x);
      x[i] = sum;
      y[i] = modulo(slope * (px - sum) - py);
    }
  }
}

function firstBlock(first: bigint): { x: bigint[]; y: bigint[] } {
  let point = secp256k1.Point.BASE.multiply(first);
  const points = Array.from({ length: BLOCK }, () => {
    const here = point.toAffine();
    point = point.add(secp256k1.Point.BASE);
    return here;
  });
  return { x: points.map((p) => p.x), y: points.map((p) => p.y) };
}

function modulo(value: bigint): bigint {
  const rest = value % FIELD;
  return rest < 0n ? rest + FIELD : rest;
}

/** Reads a 32-byte big-endian word. */
export function readWord(view: DataView, at: number): bigint {
  const high = (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8);
  return (high << 128n) | (view.getBigUint64(at + 16) << 64n) | view.getBigUint64(at + 24);
}

/** Writes a 32-byte big-endian word. */
export function writeWord(view: DataView, at: number, value: bigint): void {
  view.setBigUint64(at, value >> 192n);
  view.setBigUint64(at + 8, BigInt.asUintN(64, value >> 128n));
  view.setBigUint64(at + 16, BigInt.asUintN(64, value >> 64n));
  view.setBigUint64(at + 24, BigInt.asUintN(64, value));
}
