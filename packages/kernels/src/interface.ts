/**
 * The heavy work behind one packed block interface: signatures, keccak256, digests, the tree update.
 *
 * Blocks in, blocks out: no call a signature, no object a hash. Every implementation gives the same bytes for the same
 * input, valid or not. Calls are synchronous and keep no reference to their arguments; arrays may lie over shared memory,
 * as long as nobody changes what a call reads while it runs. Arrays that are too short are the caller's mistake: a
 * RangeError, or nonsense.
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
   * keccak256 of `count` messages anywhere in `data`, the hashes anywhere in `out`.
   * @param spans message i is `data[spans[2i] .. spans[2i + 1])`
   * @param places hash i goes to `out[32·places[i]]`
   */
  keccakSpans(data: Uint8Array, spans: Uint32Array, places: Uint32Array, count: number, out: Uint8Array): void;

  /**
   * What the signers of packed envelopes signed (docs/spec/digest.md), and their signatures, ready for `recoverBatch`.
   * Whether the signing account is an account, and objects are of the right kind, is not looked at.
   * @param outDigests receives 32 bytes an envelope; zeros where the status is not `Ok`
   * @param outSignatures receives 64 bytes an envelope; zeros where the status is not `Ok`
   * @param outStatus receives a `DigestStatus` an envelope
   */
  digestBatch(envelopes: EnvelopeBlock, outDigests: Uint8Array, outSignatures: Uint8Array, outStatus: Uint8Array): void;

  /**
   * Recovers the signers of `count` digests (docs/spec/digest.md, "Signature").
   * @param digests 32 bytes each
   * @param signatures 64 bytes each, EIP-2098: `r`, then `yParity·2^255 + s`
   * @param outAddresses receives 20 bytes each; the zero address where the signature is not valid
   * @param outKeys receives 64 bytes each, the public key as x and y; zeros where the signature is not valid
   */
  recoverBatch(
    digests: Uint8Array,
    signatures: Uint8Array,
    count: number,
    outAddresses: Uint8Array,
    outKeys?: Uint8Array,
  ): void;

  /**
   * Whether every signature is valid and recovers exactly to its public key. One bad signature makes the answer false
   * and does not say which: `recoverBatch` does.
   * @param publicKeys 64 bytes each, as `recoverBatch` gives them
   */
  verifyBatch(digests: Uint8Array, signatures: Uint8Array, publicKeys: Uint8Array, count: number): boolean;

  /**
   * Brings the inner nodes of a 4-ary tree up to date with changed leaves.
   *
   * `levels[l]` holds the nodes of level l (leaves are level 0), 32 bytes each; node i of level l + 1 is the parent of
   * nodes 4i … 4i + 3 of level l: zero if all four are zero, else the keccak256 of their 128 bytes. Every level but the
   * last must hold whole groups of four (padded with zeros).
   * @param dirty the indices of the changed leaves, strictly ascending; overwritten
   */
  treeUpdate(levels: readonly Uint8Array[], dirty: Uint32Array, count: number): void;

  /**
   * Executes plain envelopes on the memory of an engine's state, to the byte as the engine itself would: one op each, a
   * transfer, a swap or liquidity, signed by the account's owner, that succeeds and makes or removes nothing
   * (native/plain.h). It stops before the first envelope that it leaves to the engine, which may be any.
   * @returns how many envelopes were executed, from `run.first` on
   */
  applyPlain(memory: StateMemory, run: EnvelopeRun): number;
}

/** Envelopes in one piece of memory, and who signed them. */
export interface EnvelopeRun {
  readonly data: Uint8Array;
  /** Envelope i is `data[spans[2i] .. spans[2i + 1])`. */
  readonly spans: Uint32Array;
  /** 20 bytes an envelope, zero for nobody. */
  readonly signers: Uint8Array;
  readonly first: number;
  readonly count: number;
}

/** What of an engine's state `applyPlain` works on: layouts in packages/engine (state.ts, arena.ts, journal.ts, plain.ts). */
export interface StateMemory {
  readonly records: Uint8Array;
  readonly heads: Uint32Array;
  readonly dirty: Uint32Array;
  readonly imageHeads: Uint32Array;
  readonly imageWords: Uint32Array;
  /** Numbers in and out. */
  readonly registers: Uint32Array;
}

/** Packed envelopes (docs/spec/encoding.md) and the state that their digests depend on. */
export interface EnvelopeBlock {
  readonly data: Uint8Array;
  /** Envelope i is `data[spans[2i] .. spans[2i + 1])`. */
  readonly spans: Uint32Array;
  readonly count: number;
  /** Tags by object index, 32 bytes each: an append-only table that workers share. Object 0 has tag zero, whatever stands there. */
  readonly tags: Uint8Array;
  /** Objects with a greater or equal index do not exist yet; `tags` may be longer. */
  readonly objectCount: number;
  /** Domain separator, 32 bytes. */
  readonly domain: Uint8Array;
}

/** What became of an envelope in `digestBatch`. */
export const DigestStatus = { Ok: 0, Malformed: 1, UnknownObject: 2 } as const;
export type DigestStatus = (typeof DigestStatus)[keyof typeof DigestStatus];

/** Bytes of a digest, of a node. */
export const HASH_BYTES = 32;
/** Bytes of a compact signature. */
export const SIGNATURE_BYTES = 64;
/** Bytes of an address. */
export const ADDRESS_BYTES = 20;
/** Bytes of a public key: x and y. */
export const KEY_BYTES = 64;
