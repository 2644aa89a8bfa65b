/**
 * The rules of the game over integer time (docs/spec/game.md), written without looking at gas: the contract must agree with it
 * move by move, and the search in `explore.ts` must find no way around it. Checks stand in the contract's order.
 */
import { challengeEnd, childOf, lastPick, parentOf, pathLength, pickEnd, traceEnd, type Path } from "@lakh/protocol";

import { collectClaim, collectLine, collectSeat } from "./money.ts";
import {
  NOBODY,
  Refused,
  choiceKey,
  claimAt,
  withClaim,
  withEntry,
  type Actor,
  type Claim,
  type Colour,
  type Line,
  type Move,
  type MoveOf,
  type Rules,
  type SegmentMove,
  type State,
} from "./state.ts";

/** The state after a move. @throws Refused with the contract's error when the rules forbid it */
export function apply(rules: Rules, state: State, move: Move): State {
  switch (move.kind) {
    case "wait":
      return { ...state, now: Math.max(state.now, move.until) };
    case "claim":
      return makeClaim(rules, state, move);
    case "challenge":
      return challenge(rules, state, move);
    case "defend":
      return defend(rules, state, move);
    case "pick":
      return pick(rules, state, move);
    case "answer":
      return answer(rules, state, move);
    case "prove":
      return prove(rules, state, move);
    case "timeout":
      return timeout(rules, state, move);
    case "settle":
      return settle(rules, state, move);
    case "confirm":
      return confirm(state, move.claim);
    case "void":
      return voidClaim(rules, state, move.claim);
    case "collectClaim":
      return collectClaim(rules, state, move.claim);
    case "collectSeat":
      return collectSeat(rules, state, move.claim, move.payer);
    case "collectLine":
      return collectLine(rules, state, move.claim, move.payer);
  }
}

/** {@link apply}, or the code of the refusal. */
export function tryApply(rules: Rules, state: State, move: Move): State | string {
  try {
    return apply(rules, state, move);
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

function makeClaim(rules: Rules, state: State, move: MoveOf<"claim">): State {
  const parent = claimAt(state, move.parent);
  need(["Pending", "Upheld", "Confirmed"].includes(parent.status), "WrongParentStatus");
  need(1 <= move.levels && move.levels <= 3, "LevelsOutOfRange");
  const claim: Claim = {
    parent: move.parent,
    levels: move.levels,
    start: parent.end,
    end: move.end,
    proposer: move.by,
    status: "Pending",
    time: state.now,
    collected: false,
    livingLines: 0,
    beneficiary: NOBODY,
    seats: new Map(),
    lines: new Map(),
  };
  return { ...state, claims: [...state.claims, claim], paid: state.paid + rules.claimBond };
}

function challenge(rules: Rules, state: State, move: MoveOf<"challenge">): State {
  const claim = pending(state, move.claim);
  need(state.now < challengeEnd(rules.windows, claim.time), "TooLate");
  need(!claim.seats.has(move.by), "SeatTaken");
  const next = {
    ...claim,
    seats: withEntry(claim.seats, move.by, "taken" as const),
    beneficiary: claim.beneficiary === NOBODY ? move.by : claim.beneficiary,
  };
  return { ...withClaim(state, move.claim, next), paid: state.paid + rules.challengeBond };
}

function defend(rules: Rules, state: State, move: MoveOf<"defend">): State {
  const claim = pending(state, move.claim);
  need(claim.seats.size > 0, "Unchallenged");
  need(state.now < traceEnd(rules.windows, claim.time, 0), "TooLate");
  need(!claim.lines.has(move.by), "LineTaken");
  need(move.colours.at(-1) === claim.end, "TraceEndMismatch");
  const line: Line = {
    status: "Alive",
    collected: false,
    round: 0,
    open: 0,
    killer: NOBODY,
    traces: new Map([[0 as Path, { colours: move.colours, at: state.now }]]),
    picks: new Map(),
    choices: new Map(),
  };
  const next = { ...claim, lines: withEntry(claim.lines, move.by, line), livingLines: claim.livingLines + 1 };
  const bond = move.by === claim.proposer ? 0 : rules.defendBond;
  return { ...withClaim(state, move.claim, next), paid: state.paid + bond };
}

function pick(rules: Rules, state: State, move: SegmentMove): State {
  const claim = pending(state, move.claim);
  const line = alive(claim, move.owner);
  need(claim.seats.get(move.by) === "taken", "NoSeat");
  const r = pathLength(move.path);
  need(r < claim.levels - 1, "PathLength");
  need(1 <= move.j && move.j <= rules.fanout, "SegmentOutOfRange");
  const deadline =
    rules.drop === "pick at P" ? traceEnd(rules.windows, claim.time, r + 1) : pickEnd(rules.windows, claim.time, r);
  need(state.now < deadline, "TooLate");
  need(line.traces.has(move.path), "NoTrace");
  if (r > 0) {
    const chosen = line.choices.get(choiceKey(parentOf(move.path), move.by));
    need(chosen === lastPick(move.path), "NotOnPath");
  }
  const key = choiceKey(move.path, move.by);
  need(!line.choices.has(key), "AlreadyPicked");
  const child = childOf(move.path, move.j);
  const joined = line.picks.has(child);
  if (rules.drop === "no joining") need(!joined, "Joined");
  const next: Line = {
    ...line,
    choices: withEntry(line.choices, key, move.j),
    picks: joined ? line.picks : withEntry(line.picks, child, { picker: move.by, at: state.now }),
    open: line.open + (joined ? 0 : 1),
  };
  return withLine(state, move.claim, claim, move.owner, next);
}

function answer(rules: Rules, state: State, move: MoveOf<"answer">): State {
  const claim = pending(state, move.claim);
  const line = alive(claim, move.by);
  const r = pathLength(move.path);
  need(1 <= r && r < claim.levels, "PathLength");
  const deadline =
    rules.drop === "late answer" ? pickEnd(rules.windows, claim.time, r) : traceEnd(rules.windows, claim.time, r);
  need(state.now < deadline, "TooLate");
  unanswered(line, move.path);
  need(move.colours.at(-1) === colourAt(claim, line, parentOf(move.path), lastPick(move.path)), "TraceEndMismatch");
  const next: Line = {
    ...line,
    traces: withEntry(line.traces, move.path, { colours: move.colours, at: state.now }),
    open: line.open - 1,
    round: rules.drop === "round without max" ? r : Math.max(line.round, r),
  };
  return withLine(state, move.claim, claim, move.by, next);
}

function prove(rules: Rules, state: State, move: SegmentMove): State {
  const claim = pending(state, move.claim);
  const line = alive(claim, move.owner);
  need(pathLength(move.path) === claim.levels - 1, "PathLength");
  need(1 <= move.j && move.j <= rules.fanout, "SegmentOutOfRange");
  need(line.traces.has(move.path), "TraceMismatch");
  const left = colourAt(claim, line, move.path, move.j - 1);
  need(left !== colourAt(claim, line, move.path, move.j), "StepAgrees");
  return kill(state, move.claim, claim, move.owner, line, move.by);
}

function timeout(rules: Rules, state: State, move: SegmentMove): State {
  const claim = pending(state, move.claim);
  const line = alive(claim, move.owner);
  const r = pathLength(move.path) + 1;
  need(r < claim.levels, "PathLength");
  need(1 <= move.j && move.j <= rules.fanout, "SegmentOutOfRange");
  const opens =
    rules.drop === "early timeout" ? pickEnd(rules.windows, claim.time, r - 1) : traceEnd(rules.windows, claim.time, r);
  need(state.now >= opens, "TooEarly");
  const picker = unanswered(line, childOf(move.path, move.j));
  return kill(state, move.claim, claim, move.owner, line, picker);
}

function settle(rules: Rules, state: State, move: MoveOf<"settle">): State {
  const claim = pending(state, move.claim);
  if (move.owner !== NOBODY) {
    const line = alive(claim, move.owner);
    if (rules.drop !== "open ignored") need(line.open === 0, "PicksOpen");
    const end =
      rules.drop === "settle at D"
        ? traceEnd(rules.windows, claim.time, line.round)
        : pickEnd(rules.windows, claim.time, line.round);
    need(state.now >= end, "TooEarly");
    return withClaim(state, move.claim, { ...claim, status: "Upheld", beneficiary: move.owner });
  }
  if (claim.seats.size === 0) {
    need(state.now >= challengeEnd(rules.windows, claim.time), "TooEarly");
    return withClaim(state, move.claim, { ...claim, status: "Upheld" });
  }
  need(state.now >= traceEnd(rules.windows, claim.time, 0), "TooEarly");
  need(claim.livingLines === 0, "LinesAlive");
  return withClaim(state, move.claim, { ...claim, status: "Refuted" });
}

function confirm(state: State, index: number): State {
  const claim = claimAt(state, index);
  need(claim.status === "Upheld", "WrongStatus");
  need(claimAt(state, claim.parent).status === "Confirmed", "WrongParentStatus");
  return withClaim(state, index, { ...claim, status: "Confirmed" });
}

function voidClaim(rules: Rules, state: State, index: number): State {
  const claim = claimAt(state, index);
  need(["Pending", "Upheld", "Refuted"].includes(claim.status), "WrongStatus");
  const above = claimAt(state, claim.parent).status;
  need(above === "Refuted" || (above === "Void" && rules.drop !== "shallow void"), "WrongParentStatus");
  return withClaim(state, index, { ...claim, status: "Void" });
}

/** Colour of h(index) of the trace at `path`, index 0 … F; the trace must be open. */
export function colourAt(claim: Claim, line: Line, path: Path, index: number): Colour {
  if (index > 0) {
    const colour = line.traces.get(path)?.colours[index - 1];
    if (colour === undefined) throw new RangeError(`no element ${index} at ${path}`);
    return colour;
  }
  return path === 0 ? claim.start : colourAt(claim, line, parentOf(path), lastPick(path) - 1);
}

function need(holds: boolean, code: string): asserts holds {
  if (!holds) throw new Refused(code);
}

function pending(state: State, index: number): Claim {
  const claim = claimAt(state, index);
  need(claim.status === "Pending", "WrongStatus");
  return claim;
}

function alive(claim: Claim, owner: Actor): Line {
  const line = claim.lines.get(owner);
  need(line?.status === "Alive", "LineNotAlive");
  return line;
}

/** The first picker of the segment that leads to `path`, which no trace cuts yet. */
function unanswered(line: Line, path: Path): Actor {
  const picked = line.picks.get(path);
  need(picked !== undefined, "NotPicked");
  need(!line.traces.has(path), "AlreadyAnswered");
  return picked.picker;
}

function kill(state: State, index: number, claim: Claim, owner: Actor, line: Line, killer: Actor): State {
  const next = { ...claim, livingLines: claim.livingLines - 1 };
  return withLine(state, index, next, owner, { ...line, status: "Dead", killer });
}

function withLine(state: State, index: number, claim: Claim, owner: Actor, line: Line): State {
  return withClaim(state, index, { ...claim, lines: withEntry(claim.lines, owner, line) });
}
