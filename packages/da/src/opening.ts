/** Proofs of a blob's single field elements, as a one-step proof carries them (docs/spec/witness.md). */
import { createHash } from "node:crypto";

import {
  BLOB_ELEMENTS,
  BLOB_MODULUS,
  BLOB_ROOT,
  type ElementProofs,
  type Hex,
  fromHex,
  toHex,
  uintBytes,
} from "@lakh/protocol";

import type { Kzg } from "./kzg.ts";

/** Bits of an element's number. */
const INDEX_BITS = Math.log2(BLOB_ELEMENTS);
const VERSION_KZG = 1;

/** `0x01 ‖ the last 31 bytes of sha256(commitment)`: what BLOBHASH gives (EIP-4844). */
export function versionedHash(commitment: Uint8Array): Hex {
  const hash = createHash("sha256").update(commitment).digest();
  hash[0] = VERSION_KZG;
  return toHex(hash);
}

/** The versioned hashes of blobs. Cost: a commitment each. */
export function versionedHashes(kzg: Kzg, blobs: readonly Uint8Array[]): Hex[] {
  return blobs.map((blob) => versionedHash(kzg.commit(blob)));
}

/** Where a blob is evaluated for its element `index`: BLOB_ROOT to the power of the index's twelve bits in reverse. */
export function elementPoint(index: number): Uint8Array {
  let point = 1n;
  for (let bit = 0; bit < INDEX_BITS; bit++) {
    point = (point * point) % BLOB_MODULUS;
    if ((index >> bit) & 1) point = (point * BLOB_ROOT) % BLOB_MODULUS;
  }
  return uintBytes(point, 32);
}

/**
 * Proves elements of an entry's blobs: `first` … `last`, both included, counted over all of them. The commitments are made
 * once, by the first call. Cost: a proof each element, some 20 ms natively.
 */
export function elementProver(kzg: Kzg, blobs: readonly Uint8Array[]): (first: number, last: number) => ElementProofs {
  let all: readonly Uint8Array[] | undefined;
  return (first, last) => {
    if (blobOf(last) >= blobs.length) throw new RangeError(`${blobs.length} blobs have no element ${last}`);
    all ??= blobs.map((blob) => kzg.commit(blob));
    const elements: Uint8Array[] = [];
    const proofs: Uint8Array[] = [];
    for (let element = first; element <= last; element++) {
      const blob = blobs[blobOf(element)] as Uint8Array;
      const { proof, y } = kzg.prove(blob, elementPoint(element % BLOB_ELEMENTS));
      elements.push(y);
      proofs.push(proof);
    }
    const commitments = all.slice(blobOf(first), blobOf(last) + 1);
    return { elements, proofs, commitments, hashes: all.map((commitment) => fromHex(versionedHash(commitment))) };
  };
}

function blobOf(element: number): number {
  return Math.floor(element / BLOB_ELEMENTS);
}
