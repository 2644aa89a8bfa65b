/** Rules of those whose money hangs on a true claim. */
import { childOf, pathLength, ROOT, segmentAt, traceEnd } from "@lakh/protocol";

import type { Move } from "./moves.ts";
import { ownTrace } from "./own-trace.ts";
import type { Rule } from "./position.ts";
import { openPicks, treeOf } from "./view.ts";

/** A true claim that is challenged gets a line of one's own: nobody else's is sure to answer. */
export const defend: Rule = async ({ view, claim, verdict, truth, me }) => {
  const { head, status, seats, lines, time } = claim;
  const deadlineSeconds = traceEnd(view.rules, time, 0);
  if (status !== "Pending" || verdict !== "true" || seats.size === 0 || lines.has(me)) return [];
  if (view.nowSeconds >= deadlineSeconds) return [];
  const { elements } = await ownTrace(view, truth, claim, ROOT);
  return [{ action: { kind: "defend", head, elements }, reason: "a true claim is challenged", deadlineSeconds }];
};

/** Picks on one's own line are answered with the true trace. */
export const answer: Rule = async (position) => {
  const { view, claim, verdict, me } = position;
  const line = claim.lines.get(me);
  if (claim.status !== "Pending" || verdict !== "true" || !line?.alive) return [];
  const moves: Move[] = [];
  for (const { trace, pick } of openPicks(line)) {
    const path = childOf(trace.path, pick.j);
    const deadlineSeconds = traceEnd(view.rules, claim.time, pathLength(path));
    if (view.nowSeconds >= deadlineSeconds) continue;
    const segment = segmentAt(treeOf(trace, view.rules), pick.j);
    const { elements } = await ownTrace(view, position.truth, claim, path);
    const action = { kind: "answer", head: claim.head, path, segment, elements } as const;
    moves.push({ action, reason: `segment ${pick.j} of my trace is picked`, deadlineSeconds });
  }
  return moves;
};

export const DEFENCE: readonly Rule[] = [defend, answer];
