/** Bytes of a batch in blobs, and back. */
import { BLOB_BYTES, BLOB_CAPACITY, isPacked, packBlobs, unpackBlobs } from "@lakh/da";
import { expect } from "chai";

import type { Random } from "../../test/support/random.ts";
import type { ByteTarget } from "./targets.ts";

/** Sizes at which elements and blobs turn. */
const SIZES = [1, 30, 31, 32, 62, BLOB_CAPACITY - 1, BLOB_CAPACITY, BLOB_CAPACITY + 1, 2 * BLOB_CAPACITY];

/** Flips a byte somewhere in one of the blobs. */
function spoil(blobs: readonly Uint8Array[], random: Random): { readonly blob: number; readonly at: number } {
  const blob = random.below(blobs.length);
  const at = random.chance(0.5) ? random.below(BLOB_BYTES) : random.below(128);
  const bytes = blobs[blob] as Uint8Array;
  bytes[at] = (bytes[at] as number) ^ (1 + random.below(255));
  return { blob, at };
}

/** Where in the batch the byte of a blob stands; undefined for top bytes and what is behind the data. */
function placeOf({ blob, at }: { readonly blob: number; readonly at: number }, size: number): number | undefined {
  if (at % 32 === 0) return undefined;
  const place = blob * BLOB_CAPACITY + Math.floor(at / 32) * 31 + (at % 32) - 1;
  return place < size ? place : undefined;
}

export const blobs: ByteTarget = {
  name: "blobs",
  inputs: 50,
  prepare: (random) => {
    const source = random.bytes(2 * BLOB_CAPACITY);
    return (next) => {
      const size = next.chance(0.3) ? next.pick(SIZES) : 1 + next.below(next.chance(0.7) ? 5000 : source.length);
      const data = source.subarray(0, size);
      const packed = packBlobs(data);
      expect(Buffer.compare(unpackBlobs(packed, size), data)).to.equal(0);
      const capacity = packed.length * BLOB_CAPACITY;
      expect(() => unpackBlobs(packed, capacity + 1)).to.throw(RangeError);
      const place = placeOf(spoil(packed, next), size);
      const read = unpackBlobs(packed, size);
      // A byte of the data is another then; any other byte is not looked at, but the blobs are not those of the data.
      const differing = read.findIndex((byte, i) => byte !== data[i]);
      expect(differing).to.equal(place ?? -1);
      expect(isPacked(packed, read)).to.equal(place !== undefined);
      return place === undefined ? "same data in other blobs" : "other data";
    };
  },
};
