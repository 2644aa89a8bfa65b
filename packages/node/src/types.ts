/** The values that travel between the rooms of the node. */
import type { EntryPayload } from "@lakh/engine";
import type { EntryHeader, Hex } from "@lakh/protocol";

/** Where something stands on L1. */
export interface L1Place {
  readonly block: number;
  readonly blockHash: Hex;
  readonly transaction: Hex;
}

/** One entry with its data. */
export interface Entry {
  readonly number: number;
  readonly header: EntryHeader;
  readonly accBefore: Hex;
  readonly acc: Hex;
  /** Bytes of a batch, or the queue items of a slice. */
  readonly payload: EntryPayload;
  /** The blobs that carried it, where they are others than its bytes make. */
  readonly blobs?: readonly Uint8Array[] | undefined;
}

/** An entry that the Inbox holds. */
export interface L1Entry extends Entry {
  readonly l1: L1Place;
}

/** An item of the L1 queue. */
export interface QueueItem {
  readonly index: number;
  /** When it was enqueued, seconds. */
  readonly time: bigint;
  readonly item: Uint8Array;
  readonly l1: L1Place;
}

export interface L1Block {
  readonly number: number;
  readonly hash: Hex;
  /** Seconds. */
  readonly timestamp: bigint;
}

/** `EntryAppended` as the Inbox logged it, without the data. */
export interface AppendedEvent {
  readonly kind: "entry";
  readonly number: number;
  readonly header: EntryHeader;
  readonly accBefore: Hex;
  readonly acc: Hex;
  readonly l1: L1Place;
}

export interface QueueEvent extends QueueItem {
  readonly kind: "queue";
}

export type InboxEvent = AppendedEvent | QueueEvent;
