/** `dataHash` of a batch by the kernels: the same hash, one call a level (docs/spec/inbox.md). */
import type { Kernels } from "@lakh/kernels";
import { CHUNK, type Hex } from "@lakh/protocol";

import { hexOf } from "../bytes.ts";

const HASH = 32;

/** @param data not empty */
export function batchHash(kernels: Kernels, data: Uint8Array): Hex {
  let count = Math.ceil(data.length / CHUNK);
  let level: Uint8Array = new Uint8Array(count * CHUNK);
  level.set(data);
  let size = CHUNK;
  for (;;) {
    const hashes = new Uint8Array((count + 1) * HASH); // one more, zero: the neighbour of the last of an odd level
    kernels.keccakBatch(level, endsOf(count, size), count, hashes);
    if (count === 1) return hexOf(hashes.subarray(0, HASH));
    count = (count + 1) >> 1;
    level = hashes;
    size = 2 * HASH;
  }
}

function endsOf(count: number, size: number): Uint32Array {
  const ends = new Uint32Array(count);
  for (let i = 0; i < count; i++) ends[i] = (i + 1) * size;
  return ends;
}
