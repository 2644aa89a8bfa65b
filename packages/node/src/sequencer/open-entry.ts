/** The entry in the making: the bytes that will be posted, as far as they are known. */
import { MAX_BATCH, MAX_BLOB_BATCH, MAX_ITEM } from "@lakh/protocol";

/** How an entry's bytes get to L1; fixed when it is opened. */
export type DataMode = "calldata" | "blobs";

/** Most bytes of an entry. */
export const MODE_BYTES: Readonly<Record<DataMode, number>> = { calldata: MAX_BATCH, blobs: MAX_BLOB_BATCH };

/** Memory that an open entry takes, bytes. */
export const OPEN_ENTRY_BYTES = MAX_BLOB_BATCH + MAX_ITEM + 2;

/** Bytes of the length in front of an item. */
export function prefixBytes(length: number): number {
  return length < 0x80 ? 1 : 2;
}

export class OpenEntry {
  /** Seconds. */
  readonly time: bigint;
  readonly mode: DataMode;
  readonly openedAtMilliseconds: number;
  /** Items so far. */
  items = 0;
  /** Bytes so far. */
  bytes = 0;
  private readonly data: Uint8Array;
  /** Bytes that the log was given. */
  private logged = 0;

  /** @param data room for `OPEN_ENTRY_BYTES`; the entry's own as long as it is open */
  constructor(time: bigint, openedAtMilliseconds: number, data: Uint8Array, mode: DataMode = "calldata") {
    this.data = data;
    this.mode = mode;
    this.time = time;
    this.openedAtMilliseconds = openedAtMilliseconds;
  }

  /** Adds an item, with its length in front. */
  add(item: Uint8Array): void {
    const { length } = item;
    if (length >= 0x80) this.data[this.bytes++] = 0x80 | (length >> 8);
    this.data[this.bytes++] = length & 0xff;
    this.data.set(item, this.bytes);
    this.bytes += length;
    this.items++;
  }

  /** Adds `items` items that lie in `source[from, to)`, each with its length in front. */
  addFramed(source: Uint8Array, from: number, to: number, items: number): void {
    this.data.set(source.subarray(from, to), this.bytes);
    this.bytes += to - from;
    this.items += items;
  }

  /** The batch so far; a view. */
  get soFar(): Uint8Array {
    return this.data.subarray(0, this.bytes);
  }

  /** A copy of the batch so far. */
  batch(): Uint8Array {
    return this.data.slice(0, this.bytes);
  }

  /** What was added since the last time, to be logged now; a view. */
  unlogged(): Uint8Array {
    const from = this.logged;
    this.logged = this.bytes;
    return this.data.subarray(from, this.bytes);
  }
}
