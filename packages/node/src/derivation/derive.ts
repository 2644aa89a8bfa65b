/** An L1 event and the data it commits to → an entry. Pure: docs/spec/inbox.md, nothing else. */
import type { EntryPayload } from "@lakh/engine";
import { isPacked, unpackBlobs } from "@lakh/da";
import { EntryKind, type Hex, dataHash, nextAcc, toHex, word } from "@lakh/protocol";

import { nodeError } from "../errors.ts";
import type { AppendedEvent, L1Entry } from "../types.ts";
import type { QueueMirror } from "./queue-mirror.ts";

/** Where the data of a batch starts in the input of `appendBatch`: selector, expectedAcc, time, offset, length. */
const BATCH_DATA_AT = 132;

/** What stands before the entry. */
export interface Predecessor {
  /** Number of the next entry. */
  readonly length: number;
  readonly acc: Hex;
}

/** @throws CodedError L1Inconsistent when the event does not follow its predecessor */
export function checkSuccession(event: AppendedEvent, { length, acc }: Predecessor): void {
  const { number, accBefore, header } = event;
  if (number !== length || accBefore !== acc || event.acc !== nextAcc(acc, header))
    throw nodeError("L1Inconsistent", `entry ${number} does not follow the accumulator`, {
      number,
      length,
      accBefore,
      acc,
    });
}

/**
 * The batch that the transaction's input holds.
 * @param hash the kernels' `dataHash`: the same, faster
 * @throws CodedError L1Inconsistent when the input is not what the header commits to
 */
export function batchEntry(
  event: AppendedEvent,
  input: Uint8Array,
  hash: (data: Uint8Array) => Hex = dataHash,
): L1Entry {
  const payload = input.slice(BATCH_DATA_AT, BATCH_DATA_AT + Number(event.header.a));
  if (payload.length !== Number(event.header.a) || hash(payload) !== event.header.hash)
    throw nodeError("L1Inconsistent", `the transaction of entry ${event.number} does not hold its data`, {
      ...event.l1,
    });
  return entryOf(event, payload);
}

/** The batch in these blobs, which are the entry's. They are kept where its bytes alone do not give them back. */
export function blobEntry(event: AppendedEvent, blobs: readonly Uint8Array[]): L1Entry {
  const payload = unpackBlobs(blobs, Number(event.header.a));
  const entry = entryOf(event, payload);
  return isPacked(blobs, payload) ? entry : { ...entry, blobs };
}

/** An entry whose data is not kept. Each that has data has some: none has an empty payload. */
export function bareEntry(event: AppendedEvent): L1Entry {
  return entryOf(event, new Uint8Array(0));
}

/**
 * The slice of the queue that the header names.
 * @throws CodedError L1Inconsistent when the queue is not what the header commits to
 */
export function sliceEntry(event: AppendedEvent, queue: QueueMirror): L1Entry {
  const [from, to] = [Number(event.header.a), Number(event.header.b)];
  const hash = queue.hashAt(to);
  if (hash === undefined || queueHashWord(hash) !== event.header.hash)
    throw nodeError("L1Inconsistent", `the queue does not hold slice ${from}…${to}`, { entry: event.number, from, to });
  return entryOf(event, queue.slice(from, to));
}

function entryOf({ number, header, accBefore, acc, l1 }: AppendedEvent, payload: EntryPayload): L1Entry {
  return { number, header, accBefore, acc, l1, payload };
}

/** `queueHash` as the header of a slice holds it. */
export function queueHashWord(hash: bigint): Hex {
  return toHex(word(hash));
}

export function isInBlobs(event: AppendedEvent): boolean {
  return event.header.kind === EntryKind.Blobs;
}

export function isInCalldata(event: AppendedEvent): boolean {
  return event.header.kind === EntryKind.Calldata;
}
