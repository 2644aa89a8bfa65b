/** The hash of an entry in blobs, made in another thread while the entry fills: at its end only the last blob is left to do. */
import { BLOB_CAPACITY, type KzgThread, packBlobs } from "@lakh/da";
import { type Hex, blobsHash } from "@lakh/protocol";

export class BlobHasher {
  private readonly kzg: KzgThread;
  /** Versioned hashes of the open entry's blobs, as far as they are full; undefined where that failed. */
  private full: Promise<Hex | undefined>[] = [];

  constructor(kzg: KzgThread) {
    this.kzg = kzg;
  }

  /** Starts on the blobs that have become full. @param data the open entry's bytes so far: it only grows */
  grow(data: Uint8Array): void {
    for (let from = this.full.length * BLOB_CAPACITY; from + BLOB_CAPACITY <= data.length; from += BLOB_CAPACITY)
      this.full.push(this.versionedHash(data.subarray(from, from + BLOB_CAPACITY)).catch(() => undefined));
  }

  /** The entry's hash. @param data all its bytes @throws KzgFault */
  async hash(data: Uint8Array): Promise<Hex> {
    const hashes: Hex[] = [];
    for (let from = 0; from < data.length; from += BLOB_CAPACITY) {
      const known = await this.full[hashes.length];
      hashes.push(known ?? (await this.versionedHash(data.subarray(from, from + BLOB_CAPACITY))));
    }
    return blobsHash(hashes);
  }

  /** The next entry begins. */
  reset(): void {
    this.full = [];
  }

  private async versionedHash(data: Uint8Array): Promise<Hex> {
    const [hash] = await this.kzg.versionedHashes(packBlobs(data));
    return hash as Hex; // of the one blob
  }
}
