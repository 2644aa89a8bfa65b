/** The L1 queue as its events tell it, with the hash chain. */
import { nextQueueHash } from "@lakh/protocol";

import { nodeError } from "../errors.ts";
import type { QueueItem } from "../types.ts";

export class QueueMirror {
  private readonly items: QueueItem[] = [];
  /** Hash before item i; one more than items. */
  private readonly hashes: bigint[] = [0n];

  get length(): number {
    return this.items.length;
  }

  /** Hash of the queue's first `length` items, or undefined past the end. */
  hashAt(length: number): bigint | undefined {
    return this.hashes[length];
  }

  at(index: number): QueueItem | undefined {
    return this.items[index];
  }

  /** Bytes of the items `from` … `to − 1`. */
  slice(from: number, to: number): Uint8Array[] {
    return this.items.slice(from, to).map(({ item }) => item);
  }

  /** @throws CodedError L1Inconsistent when it is not the next item */
  push(item: QueueItem): void {
    if (item.index !== this.items.length)
      throw nodeError("L1Inconsistent", `queue item ${item.index} came where ${this.items.length} was due`, {
        index: item.index,
        due: this.items.length,
      });
    this.hashes.push(nextQueueHash(this.hashes.at(-1) ?? 0n, item.item));
    this.items.push(item);
  }

  truncate(length: number): void {
    this.items.length = Math.min(this.items.length, length);
    this.hashes.length = this.items.length + 1;
  }

  /** How many items were enqueued at `time` or before; times never go back along the queue. */
  lengthAtTime(time: bigint): number {
    let length = this.items.length;
    while (length > 0 && (this.items[length - 1]?.time ?? 0n) > time) length--;
    return length;
  }

  /** How many items stand in blocks up to `block`. */
  lengthAt(block: number): number {
    let length = this.items.length;
    while (length > 0 && (this.items[length - 1]?.l1.block ?? 0) > block) length--;
    return length;
  }
}
