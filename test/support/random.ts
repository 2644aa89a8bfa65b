/** Seeded random values for tests: the same seed gives the same run. */
import { keccak256, uintBytes, utf8 } from "@lakh/protocol";

/** The seed of this run: `LAKH_SEED` or 1; tests print it. */
export const SEED = Number(process.env.LAKH_SEED ?? 1);

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A 32-bit unsigned integer (mulberry32). */
  u32(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor((this.u32() / 2 ** 32) * limit);
  }

  chance(probability: number): boolean {
    return this.u32() < probability * 2 ** 32;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError("nothing to pick from");
    return value;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.u32() & 0xff);
  }

  /** A 64-bit integer with a random number of bits, so that all sizes occur. */
  u64(): bigint {
    const bits = this.below(65);
    return ((BigInt(this.u32()) << 32n) | BigInt(this.u32())) & ((1n << BigInt(bits)) - 1n);
  }
}

/** `length` bytes that depend on the text `seed` only. */
export function seededBytes(seed: string, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += 32) {
    out.set(keccak256(utf8(seed), uintBytes(at, 4)).subarray(0, Math.min(32, length - at)), at);
  }
  return out;
}
