/** What a one-step proof carries (docs/spec/witness.md). */
import {
  CHUNK,
  EntryKind,
  type EntryHeader,
  type Hex,
  chunkProof,
  concat,
  fromHex,
  paddedChunk,
  uintBytes,
} from "@lakh/protocol";

import { type Span, findItem } from "./cursor.ts";
import type { Engine } from "./engine.ts";
import type { EntryPayload } from "./types.ts";

/** Longest varint: with a bad prefix, so many bytes at the cursor show that it is bad. */
const PREFIX_BYTES = 9;

/** The entry at a machine's cursor, with the accumulator before it. */
export interface WitnessEntry {
  readonly header: EntryHeader;
  readonly accBefore: Hex;
  readonly payload: EntryPayload;
}

/**
 * The witness of the step that the engine would take next. The engine stands at the state before the step, in this
 * entry, and is left as it was. Cost: the tree is brought up to date, the step executed once.
 */
export function buildWitness(engine: Engine, entry: WitnessEntry): Uint8Array {
  const { header, payload } = entry;
  const { cursor } = engine.state;
  const { part, item } =
    header.kind === EntryKind.Queue
      ? queuePart((payload as readonly Uint8Array[])[cursor] as Uint8Array)
      : batchPart(payload as Uint8Array, cursor);
  const indices = engine.leavesOf(header, item);
  const leaves = indices.map((index) => {
    const record = engine.leafRecord(index);
    return concat(uintBytes(index, 5), uintBytes(record.length, 2), record);
  });
  return concat(headerPart(entry), part, uintBytes(leaves.length, 1), ...leaves, ...engine.proof(indices));
}

function headerPart({ header, accBefore }: WitnessEntry): Uint8Array {
  return concat(
    fromHex(accBefore),
    uintBytes(header.kind, 1),
    uintBytes(header.time, 8),
    uintBytes(header.a, 8),
    uintBytes(header.b, 8),
    fromHex(header.hash),
  );
}

function queuePart(item: Uint8Array): { part: Uint8Array; item: Uint8Array } {
  return { part: concat(uintBytes(item.length, 2), item), item };
}

/** The chunks that hold the item at the cursor, proved against the batch's hash; no item where the batch ends. */
function batchPart(data: Uint8Array, cursor: number): { part: Uint8Array; item: Uint8Array | undefined } {
  const span: Span = { start: 0, end: 0 };
  findItem(data, cursor, span);
  const isItem = span.start >= 0;
  const lastByte = (isItem ? span.end : Math.min(cursor + PREFIX_BYTES, data.length)) - 1;
  const first = Math.floor(cursor / CHUNK);
  const last = Math.floor(lastByte / CHUNK);
  const chunks = Array.from({ length: last - first + 1 }, (_, i) => paddedChunk(data, first + i));
  const proof = chunkProof(data, first, last);
  const part = concat(uintBytes(chunks.length, 1), ...chunks, uintBytes(proof.length, 1), ...proof);
  return { part, item: isItem ? data.subarray(span.start, span.end) : undefined };
}
