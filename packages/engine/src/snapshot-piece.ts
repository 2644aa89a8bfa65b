/** The bytes of a snapshot on their way out: gathered in pieces, hashed as they leave. */
import type { Kernels } from "@lakh/kernels";
import { concat } from "@lakh/protocol";

/** Bytes hashed at a time for the checksum. */
const CHUNK = 1 << 16;
/** Chunks of a piece: as many as the kernels hash side by side. */
const CHUNKS = 8;
const HASH = 32;
const CHUNK_ENDS = Uint32Array.from({ length: CHUNKS }, (_, i) => (i + 1) * CHUNK);

/** The hash of the hashes of 64 KiB chunks; only the last chunk may be shorter. */
export class ChunkHashes {
  private readonly kernels: Kernels;
  private readonly hashes: Uint8Array[] = [];

  constructor(kernels: Kernels) {
    this.kernels = kernels;
  }

  /** Adds bytes; all but the last ones added are whole chunks. */
  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += CHUNKS * CHUNK) this.addPiece(bytes.subarray(at, at + CHUNKS * CHUNK));
  }

  end(): Uint8Array {
    return this.kernels.keccak256(concat(...this.hashes));
  }

  private addPiece(bytes: Uint8Array): void {
    const count = Math.ceil(bytes.length / CHUNK);
    const ends = CHUNK_ENDS.slice(0, count);
    ends[count - 1] = bytes.length;
    const out = new Uint8Array(HASH * count);
    this.kernels.keccakBatch(bytes, ends, count, out);
    this.hashes.push(out);
  }
}

/** Collects bytes until a piece is full; what is added at once is at most a chunk. */
export class SnapshotPiece {
  private bytes = new Uint8Array(CHUNKS * CHUNK + CHUNK);
  private length = 0;
  private readonly hashes: ChunkHashes;

  constructor(kernels: Kernels, head: Uint8Array) {
    this.hashes = new ChunkHashes(kernels);
    this.add(head, head.length);
  }

  /** Whether it must be taken before more is added. */
  get isFull(): boolean {
    return this.length >= CHUNKS * CHUNK;
  }

  /** Adds the first `size` bytes of these. */
  add(bytes: Uint8Array, size: number): void {
    for (let i = 0; i < size; i++) this.bytes[this.length + i] = bytes[i] as number;
    this.length += size;
  }

  /** The full piece; what is beyond it stays. */
  take(): Uint8Array {
    const end = CHUNKS * CHUNK;
    const taken = this.bytes.slice(0, end);
    this.bytes.copyWithin(0, end, this.length);
    this.length -= end;
    this.hashes.add(taken);
    return taken;
  }

  /** All that is left, and the checksum. */
  last(): Uint8Array {
    const rest = this.bytes.subarray(0, this.length);
    this.hashes.add(rest);
    return concat(rest, this.hashes.end());
  }
}
