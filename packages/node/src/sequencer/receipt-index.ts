/** Where accepted envelopes stand, by item hash; the latest ones only. */
import { type Hex, Outcome, readBatchItem } from "@lakh/protocol";

import type { ExecutedEntry } from "../chain.ts";
import { itemHash } from "./receipt.ts";

/** Place of an item: number of its entry and its position in it. */
export interface ItemPlace {
  readonly entry: number;
  readonly position: number;
}

/** An entry has fewer items than this. */
const POSITIONS = 2 ** 17;

/** Forgets the oldest in halves: between `capacity / 2` and `capacity` places are kept. */
export class ReceiptIndex {
  private readonly half: number;
  private current = new Map<string, number>();
  private previous = new Map<string, number>();

  constructor(capacity: number) {
    this.half = Math.ceil(capacity / 2);
  }

  put(hash: Hex, { entry, position }: ItemPlace): void {
    if (this.current.size >= this.half) {
      this.previous = this.current;
      this.current = new Map();
    }
    this.current.set(keyOf(hash), entry * POSITIONS + position);
  }

  /** Takes in the items of an executed entry. */
  putEntry(executed: ExecutedEntry): void {
    const { number } = executed.entry;
    eachItem(executed, (hash, position) => this.put(hash, { entry: number, position }));
  }

  /** Forgets the items of an entry that is undone. */
  deleteEntry(executed: ExecutedEntry): void {
    eachItem(executed, (hash) => this.delete(hash));
  }

  private delete(hash: Hex): void {
    const key = keyOf(hash);
    this.current.delete(key);
    this.previous.delete(key);
  }

  find(hash: Hex): ItemPlace | undefined {
    const key = keyOf(hash);
    const place = this.current.get(key) ?? this.previous.get(key);
    return place === undefined ? undefined : { entry: Math.floor(place / POSITIONS), position: place % POSITIONS };
  }
}

/** Visits the items of an executed batch that took effect. */
function eachItem({ entry, outcomes }: ExecutedEntry, visit: (hash: Hex, position: number) => void): void {
  const data = entry.payload;
  if (!(data instanceof Uint8Array)) return;
  for (let at = 0, position = 0; at < data.length; position++) {
    const { item, next } = readBatchItem(data, at);
    if (item !== undefined && outcomes[position] === Outcome.Ok) visit(itemHash(item), position);
    at = next;
  }
}

/** Half the hash, one character a byte: 128 bits, so that no two envelopes meet. */
function keyOf(hash: Hex): string {
  return Buffer.from(hash.slice(2, 34), "hex").toString("latin1");
}
