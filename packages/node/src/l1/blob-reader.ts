/** The blobs of an entry, from whoever has them: nobody is trusted, each blob is checked against its versioned hash. */
import { KzgFault, type KzgThread } from "@lakh/da";
import { type Hex, blobsHash } from "@lakh/protocol";
import { type Log, errorFields } from "@lakh/service";

import { nodeError } from "../errors.ts";
import type { AppendedEvent } from "../types.ts";
import { type BlobQuery, type BlobSource, MOST_GIVEN } from "./blob-source.ts";
import type { L1Reader } from "./reader.ts";

/** Reads the blobs of entries. */
export type ReadBlobs = (event: AppendedEvent) => Promise<Uint8Array[]>;

export interface BlobReaderParts {
  readonly reader: L1Reader;
  readonly sources: readonly BlobSource[];
  readonly kzg: Pick<KzgThread, "versionedHashes">;
  readonly log: Log;
}

/**
 * Asks the sources one after the other. The reader throws CodedError L1Moved, L1Inconsistent, L1Unreachable, BlobsMissing,
 * KzgFailed.
 */
export function createBlobReader({ reader, sources, kzg, log }: BlobReaderParts): ReadBlobs {
  return async (event) => {
    const { header, l1, number } = event;
    const hashes = (await reader.blobHashes(l1.transaction)).slice(0, Number(header.b));
    if (BigInt(hashes.length) !== header.b || blobsHash(hashes) !== header.hash)
      throw nodeError("L1Inconsistent", `the transaction of entry ${number} does not carry its blobs`, { ...l1 });
    const block = await reader.block(l1.block);
    if (block === undefined) throw nodeError("L1Moved", `L1 no longer has block ${l1.block}`, { block: l1.block });
    const found = new Map<Hex, Uint8Array>();
    for (const source of sources) {
      for (const [hash, blob] of await given(source, { event, block, hashes }, kzg, log)) found.set(hash, blob);
      const blobs = hashes.map((hash) => found.get(hash));
      if (blobs.every((blob) => blob !== undefined)) return blobs;
    }
    const data = { entry: number, block: l1.block, missing: hashes.filter((hash) => !found.has(hash)) };
    throw nodeError("BlobsMissing", `nobody gives the blobs of entry ${number}`, data);
  };
}

type Found = readonly (readonly [Hex, Uint8Array])[];

/** What a source gives and what was asked for. */
async function given(source: BlobSource, query: BlobQuery, kzg: BlobReaderParts["kzg"], log: Log): Promise<Found> {
  const { event, hashes } = query;
  const blobs = await source.blobs(query).catch((error: unknown) => {
    log.warn({ ...errorFields(error), source: source.name, entry: event.number }, "A source gave no blobs");
    return [];
  });
  if (source.isOwn === true) return blobs.map((blob, i) => [hashes[i] as Hex, blob]);
  const found: [Hex, Uint8Array][] = [];
  let strange = 0;
  for (const blob of blobs.slice(0, MOST_GIVEN)) {
    const hash = await hashOf(kzg, blob);
    if (hash !== undefined && hashes.includes(hash)) found.push([hash, blob]);
    else strange++;
  }
  if (strange > 0 && found.length < hashes.length)
    log.warn({ code: "StrangeBlobs", source: source.name, entry: event.number, strange }, "A source gave other blobs");
  return found;
}

/** A blob's versioned hash; undefined where it is no blob. @throws CodedError KzgFailed */
async function hashOf(kzg: BlobReaderParts["kzg"], blob: Uint8Array): Promise<Hex | undefined> {
  try {
    return (await kzg.versionedHashes([blob]))[0];
  } catch (error) {
    if (error instanceof KzgFault && error.code === "KzgRefused") return undefined; // an element is not below the field's order
    throw nodeError("KzgFailed", "cannot check a blob", {}, error);
  }
}
