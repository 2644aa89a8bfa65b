/** The frames of the binary stream, byte for byte (docs/STREAM.md). */
import { MAX_ITEM, fromHex, uintBytes, utf8 } from "@lakh/protocol";
import type { Kernels } from "@lakh/kernels";

import { ReceiptTree, leavesOf } from "../pipeline/receipt-tree.ts";
import type { Seal, Submission } from "../pipeline/submission.ts";

export const FrameType = { Submit: 0x01, Hello: 0x80, Result: 0x81, Error: 0xff } as const;

export const StreamError = {
  MalformedFrame: 1,
  FrameTooLarge: 2,
  NotSequencer: 3,
  TooManyConnections: 4,
  Stopping: 5,
} as const;
export type StreamErrorName = keyof typeof StreamError;

const VERSION = 1;
const WITH_PROOFS = 1;
/** Where the items of a submission start: type, requestId, flags, count. */
const ITEMS_AT = 8;
const RESULT_HEAD = 12;
const ENTRY_BYTES = 48;
const STEP_BYTES = 33;
const LEAST_ENVELOPE_PREFIXED = 2;

export interface Submit {
  readonly requestId: number;
  readonly withProofs: boolean;
  readonly count: number;
  /** Where the first item's length stands. */
  readonly at: number;
}

/** A frame that is not one; `requestId` where it was legible. */
export interface BadFrame {
  readonly error: StreamErrorName;
  readonly requestId: number;
}

/** Reads a submission and checks that its items are whole: nothing else is looked at. */
export function readSubmit(frame: Uint8Array, maxItems: number): Submit | BadFrame {
  if (frame.length < ITEMS_AT || frame[0] !== FrameType.Submit) return { error: "MalformedFrame", requestId: 0 };
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const requestId = view.getUint32(1);
  const flags = view.getUint8(5);
  const count = view.getUint16(6);
  if (count > maxItems) return { error: "FrameTooLarge", requestId };
  const isGood = count > 0 && (flags & ~WITH_PROOFS) === 0 && itemsEnd(frame, count) === frame.length;
  if (!isGood) return { error: "MalformedFrame", requestId };
  return { requestId, withProofs: (flags & WITH_PROOFS) !== 0, count, at: ITEMS_AT };
}

/** Where `count` items end; −1 if one of them has no good length. */
function itemsEnd(frame: Uint8Array, count: number): number {
  let at = ITEMS_AT;
  for (let i = 0; i < count; i++) {
    if (at + LEAST_ENVELOPE_PREFIXED > frame.length) return -1;
    const first = frame[at] as number;
    if (first < 0x80) {
      if (first === 0) return -1;
      at += 1 + first;
    } else {
      const length = ((first & 0x3f) << 8) | (frame[at + 1] as number);
      if (first >= 0xc0 || length < 0x80 || length > MAX_ITEM) return -1;
      at += 2 + length;
    }
  }
  return at;
}

export interface Hello {
  readonly chainId: bigint;
  readonly inbox: string;
  readonly sequencer: string;
  readonly maxFrameBytes: number;
  readonly maxItems: number;
}

export function helloFrame({ chainId, inbox, sequencer, maxFrameBytes, maxItems }: Hello): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(FrameType.Hello, VERSION),
    uintBytes(chainId, 8),
    fromHex(inbox),
    fromHex(sequencer),
    uintBytes(maxFrameBytes, 4),
    uintBytes(maxItems, 2),
  ]);
}

export function errorFrame(error: StreamErrorName, requestId: number): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(FrameType.Error),
    uintBytes(requestId, 4),
    Uint8Array.of(StreamError[error]),
    utf8(error),
  ]);
}

export function resultFrame(kernels: Kernels, submission: Submission, { path, signature }: Seal): Uint8Array {
  const { requestId, withProofs, count, accepted, entries, outcomes } = submission;
  const head = new Uint8Array(RESULT_HEAD + entries.size * ENTRY_BYTES);
  const view = new DataView(head.buffer);
  view.setUint8(0, FrameType.Result);
  view.setUint32(1, requestId);
  view.setUint8(5, withProofs ? WITH_PROOFS : 0);
  view.setUint16(6, count);
  view.setUint16(8, accepted);
  view.setUint16(10, entries.size);
  let at = RESULT_HEAD;
  for (const { number, time, accBytes } of entries.keys()) {
    view.setBigUint64(at, BigInt(number));
    view.setBigUint64(at + 8, time);
    head.set(accBytes, at + 16);
    at += ENTRY_BYTES;
  }
  const parts = [head, outcomes];
  if (path !== undefined) parts.push(Uint8Array.of(path.length / STEP_BYTES), path, signature);
  if (withProofs && accepted > 0) parts.push(...proofs(kernels, submission));
  return Buffer.concat(parts);
}

function proofs(kernels: Kernels, submission: Submission): Uint8Array[] {
  const tree = new ReceiptTree(kernels, leavesOf(submission));
  return Array.from({ length: submission.accepted }, (_, i) => {
    const path = tree.path(i);
    return Buffer.concat([Uint8Array.of(path.length / STEP_BYTES), path]);
  });
}
