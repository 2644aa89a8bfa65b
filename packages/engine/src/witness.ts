/** What a one-step proof carries (docs/spec/witness.md). */
import {
  CHUNK,
  ELEMENT_BYTES,
  EntryKind,
  type ElementProofs,
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
import { EngineError } from "./errors.ts";
import type { EntryPayload } from "./types.ts";

/** Longest varint: with a bad prefix, so many bytes at the cursor show that it is bad. */
const PREFIX_BYTES = 9;

/** Proves the elements `first` … `last` of the entry's blobs, both included, counted over all of them. */
export type ProveElements = (first: number, last: number) => ElementProofs;

/** The entry at a machine's cursor, with the accumulator before it. */
export interface WitnessEntry {
  readonly header: EntryHeader;
  readonly accBefore: Hex;
  readonly payload: EntryPayload;
  /** Needed where the entry is in blobs. */
  readonly proveElements?: ProveElements | undefined;
}

/**
 * The witness of the step that the engine would take next. The engine stands at the state before the step, in this
 * entry, and is left as it was. Cost: the tree is brought up to date, the step executed once.
 * @throws EngineError ENGINE_NO_PROVER for an entry in blobs without `proveElements`
 */
export function buildWitness(engine: Engine, entry: WitnessEntry): Uint8Array {
  const { header, payload } = entry;
  const { cursor } = engine.state;
  const { part, item } =
    payload instanceof Uint8Array ? batchPart(entry, payload, cursor) : queuePart(payload[cursor] as Uint8Array);
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

/** The bytes that hold the item at the cursor, with their proof; no item where the batch ends. */
function batchPart(
  entry: WitnessEntry,
  data: Uint8Array,
  cursor: number,
): { part: Uint8Array; item: Uint8Array | undefined } {
  const { from, to, item } = neededBytes(data, cursor);
  const part =
    entry.header.kind === EntryKind.Blobs
      ? elementsPart(entry, neededElements(data, cursor))
      : chunksPart(data, from, to);
  return { part, item };
}

/** The chunks with the bytes `from` … `to`, proved against the batch's hash. */
function chunksPart(data: Uint8Array, from: number, to: number): Uint8Array {
  const first = Math.floor(from / CHUNK);
  const last = Math.floor(to / CHUNK);
  const chunks = Array.from({ length: last - first + 1 }, (_, i) => paddedChunk(data, first + i));
  const proof = chunkProof(data, first, last);
  return concat(uintBytes(chunks.length, 1), ...chunks, uintBytes(proof.length, 1), ...proof);
}

/** Field elements of an entry's blobs, counted over all of them; both are included. */
export interface Elements {
  readonly first: number;
  readonly last: number;
}

/** The bytes that hold the item at the cursor, or show that there is none. */
function neededBytes(data: Uint8Array, cursor: number): { from: number; to: number; item: Uint8Array | undefined } {
  const span: Span = { start: 0, end: 0 };
  findItem(data, cursor, span);
  const isItem = span.start >= 0;
  const end = isItem ? span.end : Math.min(cursor + PREFIX_BYTES, data.length);
  return { from: cursor, to: end - 1, item: isItem ? data.subarray(span.start, span.end) : undefined };
}

/** The field elements of an entry in blobs whose proofs the step at a cursor needs. */
export function neededElements(data: Uint8Array, cursor: number): Elements {
  const { from, to } = neededBytes(data, cursor);
  return { first: Math.floor(from / ELEMENT_BYTES), last: Math.floor(to / ELEMENT_BYTES) };
}

/** The field elements, proved against the blobs' hashes. */
function elementsPart({ proveElements }: WitnessEntry, { first, last }: Elements): Uint8Array {
  if (proveElements === undefined)
    throw new EngineError("ENGINE_NO_PROVER", "a step in blobs needs proofs of its elements");
  const { elements, proofs, commitments, hashes } = proveElements(first, last);
  const data = elements.map((element) => element.subarray(1));
  const tops = Uint8Array.from(elements, (element) => element[0] as number);
  return concat(uintBytes(elements.length, 1), ...data, tops, ...proofs, ...commitments, ...hashes);
}
