/** Bytes of a batch in blobs and back: 31 a field element (docs/spec/inbox.md). */
import { BLOB_ELEMENTS, ELEMENT_BYTES } from "@lakh/protocol";

/** Bytes of a blob: 32 a field element. */
export const BLOB_BYTES = BLOB_ELEMENTS * 32;
/** Bytes of a batch that one blob carries. */
export const BLOB_CAPACITY = BLOB_ELEMENTS * ELEMENT_BYTES;

/** How many blobs carry `size` bytes. */
export function blobsFor(size: number): number {
  return Math.ceil(size / BLOB_CAPACITY);
}

/** The blobs that carry `data`: 31 bytes a field element, big-endian, its top byte 0; all behind the data is 0. */
export function packBlobs(data: Uint8Array): Uint8Array[] {
  const blobs: Uint8Array[] = [];
  for (let from = 0; from < data.length; from += BLOB_CAPACITY) {
    const blob = new Uint8Array(BLOB_BYTES);
    const end = Math.min(from + BLOB_CAPACITY, data.length);
    for (let at = from, element = 0; at < end; at += ELEMENT_BYTES, element++) {
      blob.set(data.subarray(at, Math.min(at + ELEMENT_BYTES, end)), element * 32 + 1);
    }
    blobs.push(blob);
  }
  return blobs;
}

/**
 * The first `size` bytes that `blobs` carry; what stands in the top bytes and behind does not matter.
 * @throws RangeError when the blobs carry less
 */
export function unpackBlobs(blobs: readonly Uint8Array[], size: number): Uint8Array {
  const data = new Uint8Array(size);
  for (let at = 0; at < size; at += ELEMENT_BYTES) {
    const element = at / ELEMENT_BYTES;
    const blob = blobs[Math.floor(element / BLOB_ELEMENTS)];
    if (blob === undefined) throw new RangeError(`${blobs.length} blobs carry less than ${size} bytes`);
    const from = (element % BLOB_ELEMENTS) * 32 + 1;
    data.set(blob.subarray(from, from + Math.min(ELEMENT_BYTES, size - at)), at);
  }
  return data;
}

/** Whether `blobs` are those that {@link packBlobs} makes of `data`: then the bytes alone give them back. */
export function isPacked(blobs: readonly Uint8Array[], data: Uint8Array): boolean {
  const packed = packBlobs(data);
  return (
    packed.length === blobs.length && packed.every((blob, i) => Buffer.compare(blob, blobs[i] as Uint8Array) === 0)
  );
}
