/**
 * Loads the records of many envelopes at the same time, before they are executed one after the other.
 *
 * A random account of millions is in no cache: its record costs a few hundred nanoseconds of waiting. Reads that do not
 * depend on each other wait together, so a pass over a group of envelopes costs little more than one of them.
 */
import { FieldBit, OBJECT_LIMIT, VERBS, newVarintCursor, readVarint } from "@lakh/protocol";

import type { State } from "./state.ts";

/** Most envelopes of a group: what they touch must stay in the cache until they are executed. */
export const WARM_GROUP = 64;

const HEADER_VARINTS = 3;
const cursor = newVarintCursor();
const indices = new Uint32Array(3 * WARM_GROUP);

/** Decides nothing: bytes that are no envelope are passed over. */
export class Warmer {
  /** Takes what was read, so that it is read. */
  protected sum = 0;

  /** Envelope i is `bytes[spans[2i], spans[2i + 1])`; those from `first` to `first + count − 1`, count ≤ WARM_GROUP. */
  warm(state: State, bytes: Uint8Array, spans: Uint32Array, first: number, count: number): void {
    let found = 0;
    for (let i = first; i < first + count; i++)
      found = collect(state, bytes, spans[2 * i] as number, spans[2 * i + 1] as number, found);
    let sum = 0;
    for (let k = 0; k < found; k++) sum += state.at(indices[k] as number);
    for (let k = 0; k < found; k++) sum += state.peek(indices[k] as number);
    this.sum = sum;
  }
}

/** Adds the account and the objects of the first op to `indices`; returns how many there are then. */
function collect(state: State, bytes: Uint8Array, start: number, end: number, found: number): number {
  if (!readVarint(bytes, start + 1, end, cursor)) return found;
  let count = add(state, found);
  let at = cursor.next;
  for (let i = 0; i < HEADER_VARINTS; i++) {
    if (!readVarint(bytes, at, end, cursor)) return count;
    at = cursor.next;
  }
  const mask = VERBS[bytes[at] as number]?.mask ?? 0;
  at++;
  if ((mask & FieldBit.object) === 0 || !readVarint(bytes, at, end, cursor)) return count;
  count = add(state, count);
  if ((mask & FieldBit.object2) === 0 || !readVarint(bytes, cursor.next, end, cursor)) return count;
  return add(state, count);
}

function add(state: State, found: number): number {
  const index = cursor.low;
  if (cursor.high !== 0 || index >= OBJECT_LIMIT || index >= state.nextObject) return found;
  indices[found] = index;
  return found + 1;
}
