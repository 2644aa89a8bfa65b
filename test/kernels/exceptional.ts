/** Signatures that incomplete additions get wrong. */
import type { Random } from "../support/random.ts";
import { type Numbers, N, invert, mod, numbersFor } from "./signatures.ts";

const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;

/**
 * Signatures made so that an addition on the way to u1 G + u2 R meets a point with itself or its negative: R = k G is
 * known, so u2 R can be made a multiple of G that the comb adds at a chosen window.
 */
export function exceptional(random: Random): Numbers[] {
  const out: Numbers[] = [];
  const add = (k: bigint, u1: bigint, u2: bigint): void => {
    const made = numbersFor(k, u1, u2) ?? numbersFor(-k, u1, -u2);
    if (made !== undefined) out.push(made);
  };
  for (let i = 0; i < 16; i++) {
    const k = BigInt(1 + random.below(2 ** 31));
    const u1 = mod(BigInt(`0x${Buffer.from(random.bytes(32)).toString("hex")}`));
    add(k, u1, -u1 * invert(k)); // the key at infinity
    add(k, u1, u1 * invert(k)); // both parts equal
    for (const window of [0, 1, 7, 30, 31]) {
      // u2 R + the digits below the window = ± the window's digit
      const { below, digit } = combDigit(u1, window);
      add(k, u1, (digit - below) * invert(k));
      add(k, u1, (-digit - below) * invert(k));
    }
  }
  for (let d = -20n; d <= 20n; d++)
    for (const e of [-3n, -2n, -1n, 0n, 1n, 2n, 3n]) {
      add(1n, d, e === 0n ? 1n : e);
      add(7n, d, mod(d + e * LAMBDA));
      add(1n, 0n, mod(d + e * LAMBDA));
    }
  return out;
}

/** Digit of a comb window, times its weight, and the sum of the digits below it (native/recovery.h, wasm/scalar.ts). */
function combDigit(u1: bigint, window: number): { below: bigint; digit: bigint } {
  const zr = mod(-u1);
  const odd = (zr & 1n) === 1n;
  const k = odd ? zr : N - zr;
  const sign = odd ? -1n : 1n;
  const bits = (k >> 1n) | (1n << 255n);
  let below = 0n;
  for (let w = 0; ; w++) {
    const weight = 256n ** BigInt(w);
    const digit = sign * weight * (2n * ((bits >> BigInt(8 * w)) & 255n) - 255n);
    if (w === window) return { below, digit };
    below += digit;
  }
}
