/** The throw-away keys of a load: owner n of a state has private key `FIRST_KEY + n`. Anybody can compute them. */
import type { Kernels } from "@lakh/kernels";
import { keccak256, utf8 } from "@lakh/protocol";

import { ORDER, consecutivePoints, readWord, writeWord } from "./curve.ts";

/** A scalar below the order that depends on the text only. */
export function scalarOf(text: string): bigint {
  const hash = keccak256(utf8(text));
  return 1n + (readWord(new DataView(hash.buffer, hash.byteOffset, 32), 0) % (ORDER - 2n ** 32n));
}

export const FIRST_KEY = scalarOf("the owners of a Lakh benchmark");

/** Addresses of the first `count` owners, 20 bytes each. @param onBlock told how many are done */
export function ownerAddresses(count: number, kernels: Kernels, onBlock?: (done: number) => void): Uint8Array {
  const out = new Uint8Array(20 * count);
  const most = 1024;
  const keys = new Uint8Array(64 * most);
  const view = new DataView(keys.buffer);
  const ends = Uint32Array.from({ length: most }, (_, i) => 64 * (i + 1));
  const hashes = new Uint8Array(32 * most);
  let done = 0;
  for (const { x, y } of consecutivePoints(FIRST_KEY)) {
    for (let i = 0; i < x.length; i++) {
      writeWord(view, 64 * i, x[i] as bigint);
      writeWord(view, 64 * i + 32, y[i] as bigint);
    }
    kernels.keccakBatch(keys, ends, x.length, hashes);
    for (let i = 0; i < x.length && done < count; i++, done++)
      out.set(hashes.subarray(32 * i + 12, 32 * i + 32), 20 * done);
    if (done === count) return out;
    onBlock?.(done);
  }
  return out;
}
