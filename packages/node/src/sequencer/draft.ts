/** Sealed entries as the sequencer keeps them: the header says when and where, `data` holds a batch's bytes. Pure. */
import { blobsFor } from "@lakh/da";
import { EntryKind, type EntryHeader, type Hex, dataHash } from "@lakh/protocol";

import { queueHashWord } from "../derivation/derive.ts";
import type { QueueMirror } from "../derivation/queue-mirror.ts";

export interface Draft {
  readonly header: EntryHeader;
  /** A batch's bytes; absent for a slice, whose items are in the L1 queue. */
  readonly data?: Uint8Array;
}

/** A batch without items, which tells the Inbox that the sequencer is alive. */
export const HEARTBEAT = Uint8Array.of(0);

/** @param hash the data's hash, where it is known */
export function batchDraft(time: bigint, data: Uint8Array, hash: Hex = dataHash(data)): Draft {
  const header = { kind: EntryKind.Calldata, time, a: BigInt(data.length), b: 0n, hash };
  return { header, data };
}

/** A batch in blobs. @param hash the hash of the blobs' versioned hashes */
export function blobDraft(time: bigint, data: Uint8Array, hash: Hex): Draft {
  const header = { kind: EntryKind.Blobs, time, a: BigInt(data.length), b: BigInt(blobsFor(data.length)), hash };
  return { header, data };
}

/** The slice `from` … `to − 1` of the queue, or undefined when it is empty or past the queue's end. */
export function sliceDraft(time: bigint, from: number, to: number, queue: QueueMirror): Draft | undefined {
  const hash = queue.hashAt(to);
  if (hash === undefined || from >= to) return undefined;
  return { header: { kind: EntryKind.Queue, time, a: BigInt(from), b: BigInt(to), hash: queueHashWord(hash) } };
}

export function isSliceHeader(header: EntryHeader): boolean {
  return header.kind === EntryKind.Queue;
}

export function sameHeader(a: EntryHeader, b: EntryHeader): boolean {
  return a.kind === b.kind && a.time === b.time && a.a === b.a && a.b === b.b && a.hash === b.hash;
}

/** The draft at another time; itself when the time is the same. */
export function atTime(draft: Draft, time: bigint): Draft {
  return draft.header.time === time ? draft : { ...draft, header: { ...draft.header, time } };
}

/** Bytes that posting takes, about. */
export function draftBytes({ data }: Draft): number {
  return data?.length ?? 32;
}
