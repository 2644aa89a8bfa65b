/** The blobs of an entry, from whoever has them: nobody is trusted, each blob is checked against its versioned hash. */
import { type Kzg, loadKzg, versionedHash } from "@lakh/da";
import { type Hex, blobsHash } from "@lakh/protocol";
import { type Log, errorFields } from "@lakh/service";

import { nodeError } from "../errors.ts";
import type { AppendedEvent, L1Block } from "../types.ts";
import type { L1Reader } from "./reader.ts";

/** An entry whose blobs are wanted. */
export interface BlobQuery {
  readonly event: AppendedEvent;
  /** The L1 block that carried them. */
  readonly block: L1Block;
  /** Versioned hashes, in order. */
  readonly hashes: readonly Hex[];
}

/** Somebody who may have blobs. */
export interface BlobSource {
  readonly name: string;
  /** Blobs that may be those asked for, in any order; others among them do no harm. */
  blobs(query: BlobQuery): Promise<readonly Uint8Array[]>;
}

/** Reads the blobs of entries. */
export type ReadBlobs = (event: AppendedEvent) => Promise<Uint8Array[]>;

/** Asks the sources one after the other. The reader throws CodedError L1Moved, L1Inconsistent, L1Unreachable, BlobsMissing. */
export function createBlobReader(reader: L1Reader, sources: readonly BlobSource[], log: Log): ReadBlobs {
  return async (event) => {
    const { header, l1, number } = event;
    const hashes = (await reader.blobHashes(l1.transaction)).slice(0, Number(header.b));
    if (BigInt(hashes.length) !== header.b || blobsHash(hashes) !== header.hash)
      throw nodeError("L1Inconsistent", `the transaction of entry ${number} does not carry its blobs`, { ...l1 });
    const block = await reader.block(l1.block);
    if (block === undefined) throw nodeError("L1Moved", `L1 no longer has block ${l1.block}`, { block: l1.block });
    const kzg = await loadKzg((implementation) => log.info({ implementation }, "Blobs are checked"));
    const found = new Map<Hex, Uint8Array>();
    for (const source of sources) {
      await collect(kzg, source, { event, block, hashes }, found, log);
      const blobs = hashes.map((hash) => found.get(hash));
      if (blobs.every((blob) => blob !== undefined)) return blobs;
    }
    const data = { entry: number, block: l1.block, missing: hashes.filter((hash) => !found.has(hash)) };
    throw nodeError("BlobsMissing", `nobody gives the blobs of entry ${number}`, data);
  };
}

/** Adds what a source gives and what was asked for. */
async function collect(kzg: Kzg, source: BlobSource, query: BlobQuery, found: Map<Hex, Uint8Array>, log: Log) {
  try {
    for (const blob of await source.blobs(query)) {
      const hash = hashOf(kzg, blob);
      if (hash !== undefined && query.hashes.includes(hash)) found.set(hash, blob);
    }
  } catch (error) {
    log.warn({ ...errorFields(error), source: source.name, entry: query.event.number }, "A source gave no blobs");
  }
}

/** A blob's versioned hash; undefined where it is no blob. */
function hashOf(kzg: Kzg, blob: Uint8Array): Hex | undefined {
  try {
    return versionedHash(kzg.commit(blob));
  } catch {
    return undefined; // an element is not below the field's order
  }
}
