/** The entries that a corpus makes: what the Inbox would hold, cut as the sequencer cuts. */
import { readFileSync } from "node:fs";

import type { Engine } from "@lakh/engine";
import { AccountLayout, ItemView, MAX_BATCH } from "@lakh/protocol";

import { partFile } from "../load/corpus.ts";

export interface CorpusEntry {
  /** Items with their lengths. */
  readonly payload: Uint8Array;
  /** Item i is `payload[spans[2i] .. spans[2i + 1])`. */
  readonly spans: Uint32Array;
}

/** Entries of the first `most` envelopes of a part. */
export function entriesOf(folder: string, part: number, most: number): CorpusEntry[] {
  const bytes = readFileSync(partFile(folder, part));
  const entries: CorpusEntry[] = [];
  let start = 0;
  let ends: number[] = [];
  const flush = (end: number): void => {
    const spans = Uint32Array.from(ends.flatMap((to, i) => [1 + (i === 0 ? 0 : (ends[i - 1] as number)), to]));
    entries.push({ payload: bytes.subarray(start, end), spans });
    start = end;
    ends = [];
  };
  let at = 0;
  for (let i = 0; i < most && at < bytes.length; i++) {
    const next = at + 1 + (bytes[at] as number);
    if (next - start > MAX_BATCH) flush(at);
    ends.push(next - start);
    at = next;
  }
  if (ends.length > 0) flush(at);
  return entries;
}

/** Owners of the accounts that sent the items of an entry, 20 bytes each: the signers, since the load signs honestly. */
export function signersOf({ payload, spans }: CorpusEntry, { state }: Engine): Uint8Array {
  const view = new ItemView();
  const out = new Uint8Array(10 * spans.length);
  for (let i = 0; 2 * i < spans.length; i++) {
    view.decodeEnvelope(payload, spans[2 * i] as number, spans[2 * i + 1] as number);
    const owner = state.at(view.account) + AccountLayout.owner;
    out.set(state.arena.bytes.subarray(owner, owner + 20), 20 * i);
  }
  return out;
}
