/** Packs a one-step witness (docs/spec/witness.md) from its parts: the plain way, for tests. */
import {
  CHUNK,
  ELEMENT_BYTES,
  EntryKind,
  MAX_ITEM,
  chunkProof,
  concat,
  dataHash,
  fromHex,
  newVarintCursor,
  nextQueueHash,
  readVarint,
  uintBytes,
  type EntryHeader,
  type Hex,
} from "@lakh/protocol";

import { elementProver, packBlobs } from "@lakh/da";

import { blobHeader, kzg } from "../blobs.ts";
import type { SparseTree } from "./sparse-tree.ts";

/** An item where it stands, and all that the Inbox says about its entry. */
export interface Place {
  readonly header: EntryHeader;
  readonly accBefore: Hex;
  /** The item's part of the witness. */
  readonly proof: Uint8Array;
  readonly cursor: number;
  /** Cursor behind the item; the entry's end is `size`. */
  readonly next: number;
  readonly size: number;
  readonly queueIndex: bigint;
  readonly queueBefore: bigint;
  readonly queueAfter: bigint;
}

const ACC: Hex = `0x${"ac".repeat(32)}`;

/** Whatever stands at `cursor` of a calldata batch. */
export function inBatch(batch: Uint8Array, cursor: number, time: bigint): Place {
  const { needed, next } = extent(batch, cursor);
  const low = Math.floor(cursor / CHUNK);
  const high = Math.floor((needed - 1) / CHUNK);
  const chunks = new Uint8Array((high - low + 1) * CHUNK);
  chunks.set(batch.subarray(low * CHUNK, (high + 1) * CHUNK));
  const words = chunkProof(batch, low, high);
  const proof = concat(Uint8Array.of(high - low + 1), chunks, Uint8Array.of(words.length), ...words);
  const size = BigInt(batch.length);
  const header: EntryHeader = { kind: EntryKind.Calldata, time, a: size, b: 0n, hash: dataHash(batch) };
  const queue = { queueIndex: 0n, queueBefore: 0n, queueAfter: 0n };
  return { header, accBefore: ACC, proof, cursor, next, size: batch.length, ...queue };
}

/** Whatever stands at `cursor` of a batch in blobs. */
export function inBlobs(batch: Uint8Array, cursor: number, time: bigint, blobs = packBlobs(batch)): Place {
  const { needed, next } = extent(batch, cursor);
  const first = Math.floor(cursor / ELEMENT_BYTES);
  const last = Math.floor((needed - 1) / ELEMENT_BYTES);
  const { elements, proofs, commitments, hashes } = elementProver(kzg, blobs)(first, last);
  const data = elements.map((element) => element.slice(1));
  const tops = elements.map((element) => element.slice(0, 1));
  const proof = concat(Uint8Array.of(elements.length), ...data, ...tops, ...proofs, ...commitments, ...hashes);
  const header = blobHeader(time, batch, blobs);
  const queue = { queueIndex: 0n, queueBefore: 0n, queueAfter: 0n };
  return { header, accBefore: ACC, proof, cursor, next, size: batch.length, ...queue };
}

/** End of the bytes that tell what stands at `cursor`, and the cursor behind it. */
function extent(batch: Uint8Array, cursor: number): { needed: number; next: number } {
  const prefix = newVarintCursor();
  const { length: size } = batch;
  if (readVarint(batch, cursor, size, prefix) && prefix.high === 0 && prefix.low >= 1 && prefix.low <= MAX_ITEM) {
    const next = prefix.next + prefix.low;
    if (next <= size) return { needed: next, next };
  }
  return { needed: Math.min(cursor + 9, size), next: size };
}

/** A queue item as number `cursor` of a slice of `count`. */
export function inQueue(item: Uint8Array, cursor: number, count: number, time: bigint): Place {
  const from = 7n;
  const queueBefore = 0x1234567890abcdefn;
  const hash: Hex = `0x${"77".repeat(32)}`;
  return {
    header: { kind: EntryKind.Queue, time, a: from, b: from + BigInt(count), hash },
    accBefore: ACC,
    proof: concat(uintBytes(item.length, 2), item),
    cursor,
    next: cursor + 1,
    size: count,
    queueIndex: from + BigInt(cursor),
    queueBefore,
    queueAfter: nextQueueHash(queueBefore, item),
  };
}

/** The witness of a step at `place` over the records of `tree` at `leaves` (ascending). */
export function packWitness(place: Place, tree: SparseTree, leaves: readonly number[]): Uint8Array {
  const { header } = place;
  const parts = leaves.map((leaf) => {
    const record = tree.records.get(leaf) ?? new Uint8Array(0);
    return concat(uintBytes(leaf, 5), uintBytes(record.length, 2), record);
  });
  return concat(
    fromHex(place.accBefore),
    Uint8Array.of(header.kind),
    uintBytes(header.time, 8),
    uintBytes(header.a, 8),
    uintBytes(header.b, 8),
    fromHex(header.hash),
    place.proof,
    Uint8Array.of(leaves.length),
    ...parts,
    ...tree.siblings(leaves),
  );
}
