/**
 * Where the sealed entries go when L1 holds something else than expected. Pure: the same drafts and the same L1 give the same plan.
 *
 * The sequencer seals entries in an order and the batcher posts them in it. Somebody else may get an entry in between (forced
 * inclusion, or anyone after a silence), and L1 may reorganise. Then the drafts that L1 holds are *posted*; the others are
 * *pending* and go behind L1's last entry: the same bytes at the same times, slices without what is included already.
 * Where L1 takes no batch before an overdue queue item, that item's slice goes first.
 */
import type { EntryHeader } from "@lakh/protocol";

import type { QueueMirror } from "../derivation/queue-mirror.ts";
import { type Draft, atTime, isSliceHeader, sameHeader, sliceDraft } from "./draft.ts";

export interface Plan {
  /** Drafts that L1 holds, in order. */
  readonly posted: readonly Draft[];
  /** Drafts to post behind L1's last entry. */
  readonly pending: readonly Draft[];
}

/** L1's last entry. */
export interface L1Tip {
  /** Its time, seconds; 0 before the first. */
  readonly time: bigint;
  /** Queue items included so far. */
  readonly included: number;
}

/** What L1 would refuse now. */
export interface PlanRules {
  /** Timestamp of L1's head, seconds. */
  readonly headTime: bigint;
  /** A draft with a time before this has no chance to be posted in time: it gets the head's time. */
  readonly leastTime: bigint;
  /** Queue items before this index are overdue, unless included: L1 takes no batch before them. */
  readonly overdue: number;
}

/** Splits drafts into those that `headers` (L1's entries since the first draft) hold, and the rest. */
export function splitPosted(
  drafts: readonly Draft[],
  headers: readonly EntryHeader[],
): { posted: Draft[]; rest: Draft[] } {
  const posted: Draft[] = [];
  let next = 0;
  for (const header of headers) {
    const found = matchAt(drafts, next, header);
    if (found < 0) continue; // a foreign entry
    posted.push(drafts[found] as Draft);
    next = found + 1;
  }
  return { posted, rest: drafts.slice(next) };
}

/** Index of the draft that is `header`, from `next` on; slices may be passed over, since anybody may include their items. */
function matchAt(drafts: readonly Draft[], next: number, header: EntryHeader): number {
  for (let i = next; i < drafts.length; i++) {
    const draft = drafts[i] as Draft;
    if (sameHeader(draft.header, header)) return i;
    if (!isSliceHeader(draft.header)) return -1;
  }
  return -1;
}

export function makePlan(
  drafts: readonly Draft[],
  headers: readonly EntryHeader[],
  tip: L1Tip,
  queue: QueueMirror,
  rules: PlanRules,
): Plan {
  const { posted, rest } = splitPosted(drafts, headers);
  const pending: Draft[] = [];
  let { time: lastTime, included } = tip;
  for (const draft of withUrgentSlice(rest, included, rules.overdue, queue)) {
    const time = settledTime(draft.header.time, lastTime, rules);
    const settled = isSliceHeader(draft.header)
      ? sliceDraft(time, included, Math.min(Number(draft.header.b), queue.length), queue)
      : atTime(draft, time);
    if (settled === undefined) continue; // its items are included, or gone with an L1 block
    if (isSliceHeader(settled.header)) included = Number(settled.header.b);
    lastTime = time;
    pending.push(settled);
  }
  return { posted, pending };
}

function withUrgentSlice(
  rest: readonly Draft[],
  included: number,
  overdue: number,
  queue: QueueMirror,
): readonly Draft[] {
  const first = rest[0];
  if (first === undefined || isSliceHeader(first.header)) return rest;
  const slice = sliceDraft(first.header.time, included, overdue, queue);
  return slice === undefined ? rest : [slice, ...rest];
}

/** Its own time if it can still be posted with it, else the head's; never before its predecessor's. */
function settledTime(time: bigint, lastTime: bigint, { headTime, leastTime }: PlanRules): bigint {
  const fresh = time < leastTime ? headTime : time;
  return fresh > lastTime ? fresh : lastTime;
}

export function samePlan(a: readonly Draft[], b: readonly Draft[]): boolean {
  return a.length === b.length && a.every((draft, i) => sameHeader(draft.header, (b[i] as Draft).header));
}
