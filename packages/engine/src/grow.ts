/** Typed arrays that grow by half, so that filling one costs constant time an element. */

function target(length: number, needed: number): number {
  return Math.max(needed, Math.ceil(length * 1.5));
}

export function growU32(array: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  if (needed <= array.length) return array;
  const grown = new Uint32Array(target(array.length, needed));
  grown.set(array);
  return grown;
}

export function growU8(array: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> {
  if (needed <= array.length) return array;
  const grown = new Uint8Array(target(array.length, needed));
  grown.set(array);
  return grown;
}
