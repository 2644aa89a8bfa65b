/** The frames of the binary stream, as a client makes and reads them (docs/STREAM.md). */
import { type Address, type Hex, MAX_ITEM, encodeVarint, toHex } from "@lakh/protocol";

import { BadArgumentError } from "../errors.ts";

export const FrameType = { Submit: 0x01, Hello: 0x80, Result: 0x81, Error: 0xff } as const;
const VERSION = 1;
const HELLO_BYTES = 56;
/** Bytes before the items of a submission: type, request id, flags, count. */
export const SUBMIT_HEAD = 8;
const RESULT_HEAD = 12;
const ENTRY_BYTES = 48;
const OUTCOME_BYTES = 6;
export const STEP_BYTES = 33;
const SIGNATURE_BYTES = 65;
const ERROR_HEAD = 6;

/** Why a server ends a stream, by code. */
export const STREAM_ERRORS = [
  undefined,
  "MalformedFrame",
  "FrameTooLarge",
  "NotSequencer",
  "TooManyConnections",
  "Stopping",
] as const;
export type StreamErrorName = Exclude<(typeof STREAM_ERRORS)[number], undefined>;

/** What the server says of itself first. */
export interface StreamInfo {
  readonly chainId: number;
  readonly inbox: Address;
  /** Signs receipts. */
  readonly sequencer: Address;
  readonly maxFrameBytes: number;
  /** Envelopes of a submission at most. */
  readonly maxItems: number;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** @returns undefined when it is no hello of a version that is known */
export function readHello(frame: Uint8Array): StreamInfo | undefined {
  if (frame.length < HELLO_BYTES || frame[0] !== FrameType.Hello || frame[1] !== VERSION) return undefined;
  const view = viewOf(frame);
  const address = (at: number): Address => toHex(frame.subarray(at, at + 20));
  return {
    chainId: Number(view.getBigUint64(2)),
    inbox: address(10),
    sequencer: address(30),
    maxFrameBytes: view.getUint32(50),
    maxItems: view.getUint16(54),
  };
}

/** A submission without its request id. @throws BadArgumentError for an envelope that no batch can hold, or none at all */
export function submitFrame(envelopes: readonly Uint8Array[]): Uint8Array {
  if (envelopes.length === 0) throw new BadArgumentError("envelopes", "a submission has at least one");
  const prefixes = envelopes.map((envelope, i) => {
    if (envelope.length === 0 || envelope.length > MAX_ITEM)
      throw new BadArgumentError("envelopes", `number ${i} has ${envelope.length} bytes, not 1 to ${MAX_ITEM}`);
    return encodeVarint(envelope.length);
  });
  const frame = new Uint8Array(
    envelopes.reduce((sum, { length }, i) => sum + length + (prefixes[i]?.length ?? 0), SUBMIT_HEAD),
  );
  frame[0] = FrameType.Submit;
  viewOf(frame).setUint16(6, envelopes.length);
  let at = SUBMIT_HEAD;
  envelopes.forEach((envelope, i) => {
    const prefix = prefixes[i] as Uint8Array;
    frame.set(prefix, at);
    frame.set(envelope, at + prefix.length);
    at += prefix.length + envelope.length;
  });
  return frame;
}

export function setRequestId(frame: Uint8Array, requestId: number): void {
  viewOf(frame).setUint32(1, requestId);
}

/** How many envelopes a submission or a result is about. */
export function countOf(frame: Uint8Array): number {
  return viewOf(frame).getUint16(6);
}

/** The envelopes of a submission, in order: where each starts and ends. */
export function itemsOf(frame: Uint8Array): readonly (readonly [number, number])[] {
  const items: [number, number][] = [];
  for (let at = SUBMIT_HEAD; at < frame.length;) {
    const first = frame[at] as number;
    const isLong = first >= 0x80; // an item's length takes one or two bytes
    const length = isLong ? ((first & 0x3f) << 8) | (frame[at + 1] as number) : first;
    const start = at + (isLong ? 2 : 1);
    items.push([start, start + length]);
    at = start + length;
  }
  return items;
}

/** Where the parts of a result stand. */
export interface ResultLayout {
  readonly requestId: number;
  readonly count: number;
  readonly accepted: number;
  readonly entriesAt: number;
  readonly outcomesAt: number;
  /** Of the seal: its steps, and the signature behind them; equal when nothing was accepted. */
  readonly pathAt: number;
  readonly signatureAt: number;
}

/** @returns undefined when it is no result as docs/STREAM.md says */
export function readResult(frame: Uint8Array): ResultLayout | undefined {
  if (frame.length < RESULT_HEAD) return undefined;
  const view = viewOf(frame);
  const [count, accepted, entryCount] = [countOf(frame), view.getUint16(8), view.getUint16(10)];
  const outcomesAt = RESULT_HEAD + ENTRY_BYTES * entryCount;
  const sealAt = outcomesAt + OUTCOME_BYTES * count;
  const steps = accepted === 0 ? 0 : frame[sealAt];
  if (steps === undefined || accepted > count) return undefined;
  const pathAt = accepted === 0 ? sealAt : sealAt + 1;
  const signatureAt = pathAt + STEP_BYTES * steps;
  if (frame.length !== (accepted === 0 ? sealAt : signatureAt + SIGNATURE_BYTES)) return undefined;
  let places = 0;
  for (let at = outcomesAt; at < sealAt; at += OUTCOME_BYTES)
    if (frame[at] === 0) {
      if (view.getUint16(at + 4) >= entryCount) return undefined;
      places++;
    }
  if (places !== accepted) return undefined;
  const requestId = view.getUint32(1);
  return { requestId, count, accepted, entriesAt: RESULT_HEAD, outcomesAt, pathAt, signatureAt };
}

/** Where an envelope stands. */
export interface Place {
  readonly entry: bigint;
  /** Time of the entry, seconds. */
  readonly time: bigint;
  readonly accBefore: Hex;
  /** From 0. */
  readonly position: number;
}

/** Outcome code of envelope `i` of a result. */
export function codeAt(frame: Uint8Array, { outcomesAt }: ResultLayout, i: number): number {
  return frame[outcomesAt + OUTCOME_BYTES * i] as number;
}

/** Where envelope `i` of a result stands; it was accepted. */
export function placeAt(frame: Uint8Array, { entriesAt, outcomesAt }: ResultLayout, i: number): Place {
  const view = viewOf(frame);
  const outcome = outcomesAt + OUTCOME_BYTES * i;
  const entry = entriesAt + ENTRY_BYTES * view.getUint16(outcome + 4);
  return {
    entry: view.getBigUint64(entry),
    time: view.getBigUint64(entry + 8),
    accBefore: toHex(frame.subarray(entry + 16, entry + ENTRY_BYTES)),
    position: view.getUint32(outcome) & 0xffffff,
  };
}

export function readError(frame: Uint8Array): { code: number; text: string } {
  return { code: frame[5] ?? 0, text: new TextDecoder().decode(frame.subarray(ERROR_HEAD)) };
}
