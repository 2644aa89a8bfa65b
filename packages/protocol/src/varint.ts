/** Prefix varints for values below 2^64 (docs/spec/encoding.md). */

/** Result of the last `readVarint`, as two 32-bit halves: no allocation on the hot path. */
export interface VarintCursor {
  /** Position behind the varint, or −1 when there is no canonical varint within `end`. */
  next: number;
  high: number;
  low: number;
}

export function newVarintCursor(): VarintCursor {
  return { next: 0, high: 0, low: 0 };
}

/** Reads the varint at `at` into `cursor`; false (and `next` −1) when it is not canonical or not whole within `end`. */
export function readVarint(bytes: Uint8Array, at: number, end: number, cursor: VarintCursor): boolean {
  cursor.next = -1;
  if (at >= end) return false;
  const first = bytes[at] as number;
  if (first < 0x80) {
    cursor.high = 0;
    cursor.low = first;
    cursor.next = at + 1;
    return true;
  }
  const extra = Math.clz32(~(first << 24)); // leading ones of the first byte
  const count = extra > 8 ? 8 : extra;
  if (at + count >= end) return false;
  let high = 0;
  let low = count < 7 ? first & (0x7f >> count) : 0;
  for (let i = 1; i <= count; i++) {
    high = ((high << 8) | (low >>> 24)) >>> 0;
    low = ((low << 8) | (bytes[at + i] as number)) >>> 0;
  }
  const needed = 7 * count; // the value must not fit one byte less
  if (needed < 32 ? high === 0 && low >>> needed === 0 : high >>> (needed - 32) === 0) return false;
  cursor.high = high;
  cursor.low = low;
  cursor.next = at + 1 + count;
  return true;
}

/** Bytes that `value` takes, 1 to 9. */
export function varintSize(value: bigint): number {
  let size = 1;
  while (size < 9 && value >> BigInt(7 * size) !== 0n) size++;
  return size;
}

/** The varint of a value below 2^64; throws a RangeError otherwise. */
export function encodeVarint(value: bigint | number): Uint8Array {
  const big = BigInt(value);
  if (big < 0n || big >> 64n !== 0n) throw new RangeError(`${value} is not an unsigned 64-bit integer`);
  const size = varintSize(big);
  const out = new Uint8Array(size);
  let rest = big;
  for (let i = size - 1; i > 0; i--) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  const mark = (0xff00 >> (size - 1)) & 0xff; // size − 1 leading ones
  out[0] = mark | Number(rest);
  return out;
}
