/** A block of envelopes on its way through the verifiers, in memory that threads share. */

/** Most envelopes of a block: enough for the kernels' lanes, little enough for one turn of the main loop. */
export const BLOCK_ITEMS = 1024;
/** Most bytes of a block, lengths included. */
export const BLOCK_BYTES = 128 << 10;

/**
 * Good signatures in a row from which on a source's are verified together with others: a bad one among them costs all their
 * time, which is less than it took to be trusted.
 */
export const TRUSTED = 4096;

/** Whose `signers` are to be trusted, an envelope: `DigestStatus` of the kernels. */
const SIGNER_BYTES = 20;
const HASH_BYTES = 32;

/** Sizes in bytes, in the order in which the parts lie in memory; multiples of 4. */
const HEADER = 16;
const SPANS = BLOCK_ITEMS * 8;
const HASHES = 2 * BLOCK_ITEMS * HASH_BYTES;
const SIGNERS = BLOCK_ITEMS * SIGNER_BYTES;
const STATUS = BLOCK_ITEMS;
const TRUST = BLOCK_ITEMS;
export const BLOCK_MEMORY = HEADER + SPANS + HASHES + SIGNERS + STATUS + TRUST + BLOCK_BYTES;

export class Block {
  /** count, objectCount, whether hashes are needed, tagsVersion. */
  private readonly header: Uint32Array;
  /** Envelope i is `data[spans[2i], spans[2i + 1])`, with its length (1 or 2 bytes) in front: no gap is in between. */
  readonly spans: Uint32Array;
  /** By the verifiers, where needed: keccak256 of envelope i at 64i + 32 (in front: of its length, to be ignored). */
  readonly hashes: Uint8Array;
  /** `hashes` in words: the hash of envelope i at 16i + 8. */
  readonly hashWords: Uint32Array;
  /** By the verifiers: who signed, zero for nobody. */
  readonly signers: Uint8Array;
  /** `signers` in words: that of envelope i at 5i. */
  readonly signerWords: Uint32Array;
  /** By the verifiers: a `DigestStatus` an envelope. */
  readonly status: Uint8Array;
  readonly data: Uint8Array;
  /** 1 where the source has sent nothing but good signatures lately. */
  private readonly trust: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    let at = HEADER;
    const part = (bytes: number): Uint8Array => {
      at += bytes;
      return new Uint8Array(memory, at - bytes, bytes);
    };
    this.header = new Uint32Array(memory, 0, HEADER / 4);
    this.spans = new Uint32Array(memory, at, SPANS / 4);
    part(SPANS);
    this.hashes = part(HASHES);
    this.hashWords = new Uint32Array(memory, this.hashes.byteOffset, HASHES / 4);
    this.signers = part(SIGNERS);
    this.signerWords = new Uint32Array(memory, this.signers.byteOffset, SIGNERS / 4);
    this.status = part(STATUS);
    this.trust = part(TRUST);
    this.data = part(BLOCK_BYTES);
  }

  get count(): number {
    return this.header[0] as number;
  }

  set count(count: number) {
    this.header[0] = count;
  }

  /** Whether the signature of envelope i may be verified together with others: a bad one among them costs all their time. */
  mayTrust(i: number): boolean {
    return this.trust[i] === 1;
  }

  /** Says of `count` envelopes from number `from` on whether their source is trusted. */
  setTrust(from: number, count: number, isTrusted: boolean): void {
    this.trust.fill(isTrusted ? 1 : 0, from, from + count);
  }

  /** Objects that had a tag when the block was given to the verifiers. */
  get objectCount(): number {
    return this.header[1] as number;
  }

  set objectCount(count: number) {
    this.header[1] = count;
  }

  /** Whether the verifiers fill in `hashes`. */
  get needsHashes(): boolean {
    return this.header[2] === 1;
  }

  set needsHashes(needsHashes: boolean) {
    this.header[2] = needsHashes ? 1 : 0;
  }

  /** Which of the tables of tags it is to be verified with, counted from 0. */
  get tagsVersion(): number {
    return this.header[3] as number;
  }

  set tagsVersion(version: number) {
    this.header[3] = version;
  }

  /** Bytes taken. */
  get bytes(): number {
    return this.count === 0 ? 0 : (this.spans[2 * this.count - 1] as number);
  }
}
