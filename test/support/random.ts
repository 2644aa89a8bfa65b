/** Seeded random bytes: the same seed gives the same bytes everywhere. */
import { keccak256, utf8, uintBytes } from "@lakh/protocol";

/** `length` bytes that depend on `seed` only. */
export function seededBytes(seed: string, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += 32) {
    out.set(keccak256(utf8(seed), uintBytes(at, 4)).subarray(0, Math.min(32, length - at)), at);
  }
  return out;
}
