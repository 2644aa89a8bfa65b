/** Rules that bring a false claim down. Each is a reason to move; together they play every line at once. */
import {
  challengeEnd,
  childOf,
  elementAt,
  firstDifference,
  lastPick,
  parentOf,
  pathLength,
  pickEnd,
  ROOT,
  segmentAt,
  segmentRange,
  traceEnd,
  type Trace,
} from "@lakh/protocol";
import {
  openPicks,
  ownTrace,
  spanOf,
  treeOf,
  type LineView,
  type Move,
  type Position,
  type Rule,
  type TraceView,
} from "@lakh/service";

/** A false child of a true parent gets a seat. */
export const challenge: Rule = ({ view, claim, verdict, me }) => {
  const { head, status, seats, time } = claim;
  const deadlineSeconds = challengeEnd(view.rules, time);
  if (status !== "Pending" || verdict !== "false" || seats.has(me) || view.nowSeconds >= deadlineSeconds) return [];
  return [{ action: { kind: "challenge", head }, reason: "its machine is not the one derived", deadlineSeconds }];
};

/**
 * The first segment of each trace that differs from the own trace is picked. Its left end is then the own machine, so the
 * last trace on the way holds a step that can be disproved.
 */
export const pick: Rule = async (position) => {
  const { view, claim, verdict, truth, me } = position;
  const { head, status, seats, lines, time } = claim;
  if (status !== "Pending" || verdict !== "false" || !seats.has(me)) return [];
  const moves: Move[] = [];
  for (const { line, trace } of livingTraces(lines.values())) {
    const r = pathLength(trace.path);
    const deadlineSeconds = pickEnd(view.rules, time, r);
    const isOpen = r < head.levels - 1 && view.nowSeconds < deadlineSeconds;
    if (!isOpen || !ledHere(line, trace, me) || hasPicked(trace, me)) continue;
    const own = await ownTrace(view, truth, claim, trace.path);
    const j = firstDifference(own, treeOf(trace, view.rules));
    if (j === undefined || isSpared(position, trace, j)) continue;
    const action = { kind: "pick", head, owner: line.owner, path: trace.path, j } as const;
    moves.push({ action, reason: `segment ${j} is the first that differs`, deadlineSeconds });
  }
  return moves;
};

/** A step of the last trace that starts at the own machine and ends elsewhere is executed on L1: the line dies. */
export const prove: Rule = async ({ view, claim, verdict, truth }) => {
  const { head, status, lines } = claim;
  const span = spanOf(view, claim);
  if (status !== "Pending" || verdict !== "false" || span === undefined) return [];
  const moves: Move[] = [];
  const beaten = new Set<string>();
  for (const { line, trace } of livingTraces(lines.values())) {
    if (pathLength(trace.path) !== head.levels - 1 || beaten.has(line.owner)) continue;
    const theirs = treeOf(trace, view.rules);
    const own = await ownTrace(view, truth, claim, trace.path);
    const j = firstFalseStep(own, theirs, view.rules.fanout);
    if (j === undefined) continue;
    const step = stepsBefore(view.rules.fanout, head.levels, trace, j);
    const { machine: pre, witness } = await truth.proofOf(span, step);
    const segment = segmentAt(theirs, j);
    const action = { kind: "prove", head, owner: line.owner, path: trace.path, j, segment, pre, witness } as const;
    // The line can win from here, so this is when it must be dead.
    const deadlineSeconds = pickEnd(view.rules, claim.time, line.round);
    moves.push({ action, reason: `step ${step} gives another machine`, deadlineSeconds });
    beaten.add(line.owner);
  }
  return moves;
};

/** A line of a false claim that left a pick unanswered dies. */
export const timeout: Rule = ({ view, claim, verdict }) => {
  const { head, status, lines, time } = claim;
  if (status !== "Pending" || verdict !== "false") return [];
  return [...lines.values()].flatMap((line): Move[] => {
    const late = line.alive ? openPicks(line).find(({ trace }) => isPast(trace)) : undefined;
    if (late === undefined) return [];
    const { path } = late.trace;
    const action = { kind: "timeout", head, owner: line.owner, path, j: late.pick.j } as const;
    return [{ action, reason: `segment ${late.pick.j} was not answered in time` }];
  });

  function isPast({ path }: TraceView): boolean {
    return view.nowSeconds >= traceEnd(view.rules, time, pathLength(path) + 1);
  }
};

export const ATTACK: readonly Rule[] = [challenge, pick, prove, timeout];

function livingTraces(lines: Iterable<LineView>): { readonly line: LineView; readonly trace: TraceView }[] {
  const living = [...lines].filter(({ alive }) => alive);
  return living.flatMap((line) => [...line.traces.values()].map((trace) => ({ line, trace })));
}

/** The seat made the pick that leads to this trace; at the root every seat did. */
function ledHere(line: LineView, { path }: TraceView, me: string): boolean {
  if (path === ROOT) return true;
  const above = line.traces.get(parentOf(path));
  return above?.picks.get(lastPick(path))?.seats.includes(me) ?? false;
}

function hasPicked({ picks }: TraceView, me: string): boolean {
  return [...picks.values()].some(({ seats }) => seats.includes(me));
}

/**
 * Another seat's pick of the segment serves as well where the trace behind it is the last: whoever likes proves there, and
 * without an answer the line times out. Higher up one's own pick is needed to pick below.
 */
function isSpared({ claim }: Position, { path, picks }: TraceView, j: number): boolean {
  return picks.has(j) && pathLength(childOf(path, j)) === claim.head.levels - 1;
}

/** First j where the own machine stands at the left end and another at the right one. */
function firstFalseStep(own: Trace, theirs: Trace, fanout: number): number | undefined {
  for (let j = 1; j <= fanout; j++) {
    if (elementAt(own, j - 1) === elementAt(theirs, j - 1) && elementAt(own, j) !== elementAt(theirs, j)) return j;
  }
  return undefined;
}

/** Steps of the claim before segment `j` of a last trace. */
function stepsBefore(fanout: number, levels: number, { path }: TraceView, j: number): number {
  return segmentRange(fanout, levels, path, j).from;
}
