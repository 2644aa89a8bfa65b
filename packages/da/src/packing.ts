/** Field elements of an EIP-4844 blob. */
export const BLOB_ELEMENTS = 4_096;
/** Bytes that a field element carries: the top byte of its 32 is left 0, so that it stays below the field's order. */
export const ELEMENT_BYTES = 31;
/** Bytes of a batch that one blob carries. */
export const BLOB_CAPACITY = BLOB_ELEMENTS * ELEMENT_BYTES;

const BLOB_BYTES = BLOB_ELEMENTS * 32;

/** The blobs (131,072 bytes each) that carry `data`: 31 bytes a field element, big-endian, the rest 0. */
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

/** The first `size` bytes that `blobs` carry; what stands in the top bytes does not matter. */
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
