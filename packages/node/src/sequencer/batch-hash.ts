/** `dataHash` of a batch by the kernels: the same hash, one call a level (docs/spec/inbox.md). */
import type { Kernels } from "@lakh/kernels";
import { CHUNK, type Hex, MAX_BATCH } from "@lakh/protocol";

import { hexOf } from "../bytes.ts";

const HASH = 32;
const MOST_CHUNKS = Math.ceil(MAX_BATCH / CHUNK);
const CHUNK_ENDS = Uint32Array.from({ length: MOST_CHUNKS }, (_, i) => (i + 1) * CHUNK);
const PAIR_ENDS = Uint32Array.from({ length: MOST_CHUNKS }, (_, i) => (i + 1) * 2 * HASH);

/** Its memory is used again and again. */
export class BatchHasher {
  private readonly kernels: Kernels;
  private readonly chunks = new Uint8Array(MOST_CHUNKS * CHUNK);
  private level = new Uint8Array((MOST_CHUNKS + 1) * HASH);
  private next = new Uint8Array((MOST_CHUNKS + 1) * HASH);

  constructor(kernels: Kernels) {
    this.kernels = kernels;
  }

  /** @param data 1 … MAX_BATCH bytes */
  hash(data: Uint8Array): Hex {
    let count = Math.ceil(data.length / CHUNK);
    this.chunks.set(data);
    this.chunks.fill(0, data.length, count * CHUNK);
    this.kernels.keccakBatch(this.chunks, CHUNK_ENDS, count, this.level);
    while (count > 1) {
      this.level.fill(0, count * HASH, (count + 1) * HASH); // the neighbour of the last of an odd level
      count = (count + 1) >> 1;
      this.kernels.keccakBatch(this.level, PAIR_ENDS, count, this.next);
      [this.level, this.next] = [this.next, this.level];
    }
    return hexOf(this.level.subarray(0, HASH));
  }
}
