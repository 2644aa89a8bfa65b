/**
 * The heavy work behind one packed block interface: signatures, keccak256, the tree update.
 *
 * Blocks in, blocks out: no call a signature, no object a hash. Every implementation gives the same bytes for the same
 * input, valid or not. Calls are synchronous and keep no reference to their arguments.
 */
export interface Kernels {
  /** Which implementation this is; for logs and benchmarks. */
  readonly name: string;

  /** keccak256 of `data`: 32 bytes, freshly allocated. */
  keccak256(data: Uint8Array): Uint8Array;

  /**
   * keccak256 of `count` messages that lie one after the other in `data`.
   * @param ends message i is `data[ends[i - 1] .. ends[i])` (`ends[-1]` is 0)
   * @param out receives 32 bytes a message
   */
  keccakBatch(data: Uint8Array, ends: Uint32Array, count: number, out: Uint8Array): void;

  /**
   * Recovers the signers of `count` digests (docs/spec/digest.md, "Signature").
   * @param digests 32 bytes each
   * @param signatures 64 bytes each, EIP-2098: `r`, then `yParity·2^255 + s`
   * @param outAddresses receives 20 bytes each; the zero address where the signature is not valid
   */
  recoverBatch(digests: Uint8Array, signatures: Uint8Array, count: number, outAddresses: Uint8Array): void;

  /**
   * Brings the inner nodes of a 4-ary tree up to date with changed leaves.
   *
   * `levels[l]` holds the nodes of level l (leaves are level 0), 32 bytes each; node i of level l + 1 is the parent of
   * nodes 4i … 4i + 3 of level l: zero if all four are zero, else the keccak256 of their 128 bytes. Every level but the
   * last must hold whole groups of four (padded with zeros).
   * @param dirty the indices of the changed leaves, strictly ascending; overwritten
   */
  treeUpdate(levels: readonly Uint8Array[], dirty: Uint32Array, count: number): void;
}

/** Bytes of a digest, of a node. */
export const HASH_BYTES = 32;
/** Bytes of a compact signature. */
export const SIGNATURE_BYTES = 64;
/** Bytes of an address. */
export const ADDRESS_BYTES = 20;
