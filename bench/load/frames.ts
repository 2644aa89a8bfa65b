/** Submit frames (docs/STREAM.md) cut from the parts of a corpus, before the clock runs. */
import { readFileSync } from "node:fs";

import { SUBMIT_HEAD } from "@lakh/sdk";

import { PART_ENVELOPES, partFile } from "./corpus.ts";

/** A frame without its request id, which is written when it is sent. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** Envelopes in it. */
  readonly count: number;
}

const SUBMIT = 0x01;

/**
 * Envelopes `from` … `from + count` of a corpus in frames of at most `frameItems`.
 * The bytes of a part are copied once, with room for a head before each frame.
 */
export function cutFrames(folder: string, from: number, count: number, frameItems: number): Frame[] {
  const frames: Frame[] = [];
  const end = from + count;
  for (let part = Math.floor(from / PART_ENVELOPES); part * PART_ENVELOPES < end; part++) {
    const first = part * PART_ENVELOPES;
    const until = Math.min(end, first + PART_ENVELOPES) - first;
    cutPart(readFileSync(partFile(folder, part)), Math.max(0, from - first), until, frameItems, frames);
  }
  return frames;
}

/** Frames of envelopes `from` … `until` of a part. */
function cutPart(part: Uint8Array, from: number, until: number, frameItems: number, frames: Frame[]): void {
  let at = 0;
  let start = 0;
  let inFrame = 0;
  for (let i = 0; i < until; i++) {
    if (i === from) start = at;
    at += 1 + (part[at] as number); // lengths take one byte
    if (i < from) continue;
    inFrame++;
    if (inFrame < frameItems && i + 1 < until) continue;
    const bytes = new Uint8Array(SUBMIT_HEAD + at - start);
    bytes[0] = SUBMIT;
    new DataView(bytes.buffer).setUint16(6, inFrame);
    bytes.set(part.subarray(start, at), SUBMIT_HEAD);
    frames.push({ bytes, count: inFrame });
    start = at;
    inFrame = 0;
  }
}
