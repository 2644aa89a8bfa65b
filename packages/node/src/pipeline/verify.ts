/** What a verifier does with a block: item hashes, digests and signers. The same in worker threads and in the main one. */
import { ADDRESS_BYTES, DigestStatus, HASH_BYTES, type Kernels, SIGNATURE_BYTES } from "@lakh/kernels";

import { BLOCK_ITEMS, type Block } from "./block.ts";

/** What digests depend on, beside the envelopes. */
export interface Tags {
  /** Tags by object, 32 bytes each (`TagTable`). */
  readonly bytes: Uint8Array;
  /** Domain separator, 32 bytes. */
  readonly domain: Uint8Array;
}

export class Verifier {
  private readonly kernels: Kernels;
  private readonly digests = new Uint8Array(BLOCK_ITEMS * HASH_BYTES);
  private readonly signatures = new Uint8Array(BLOCK_ITEMS * SIGNATURE_BYTES);
  private readonly spans = new Uint32Array(2 * BLOCK_ITEMS);
  private readonly status = new Uint8Array(BLOCK_ITEMS);
  private readonly signers = new Uint8Array(BLOCK_ITEMS * ADDRESS_BYTES);

  constructor(kernels: Kernels) {
    this.kernels = kernels;
  }

  /** Fills in `hashes`, `status` and `signers` of a whole block. */
  verify(block: Block, { bytes: tags, domain }: Tags): void {
    const { kernels, digests, signatures } = this;
    const { data, spans, count, objectCount, status } = block;
    kernels.keccakBatch(data, spans, 2 * count, block.hashes); // spans taken as ends: no gap is between the items
    kernels.digestBatch({ data, spans, count, tags, objectCount, domain }, digests, signatures, status);
    kernels.recoverBatch(digests, signatures, count, block.signers);
  }

  /**
   * Looks again at the envelopes from `from` on whose objects did not exist when the block was verified.
   * @returns how many are known now
   */
  verifyUnknown(block: Block, from: number, { bytes: tags, domain }: Tags, objectCount: number): number {
    const { kernels, digests, signatures, spans, status, signers } = this;
    const which: number[] = [];
    for (let i = from; i < block.count; i++) {
      if (block.status[i] !== DigestStatus.UnknownObject) continue;
      spans[2 * which.length] = block.spans[2 * i] as number;
      spans[2 * which.length + 1] = block.spans[2 * i + 1] as number;
      which.push(i);
    }
    const count = which.length;
    kernels.digestBatch({ data: block.data, spans, count, tags, objectCount, domain }, digests, signatures, status);
    kernels.recoverBatch(digests, signatures, count, signers);
    let known = 0;
    which.forEach((i, at) => {
      if (status[at] === DigestStatus.UnknownObject) return;
      block.status[i] = status[at] as number;
      block.signers.set(signers.subarray(ADDRESS_BYTES * at, ADDRESS_BYTES * (at + 1)), ADDRESS_BYTES * i);
      known++;
    });
    return known;
  }
}
