/** Which moves a party could make: the adversary's choices, and the honest parties' duties. */
import { challengeEnd, childOf, lastPick, parentOf, pathLength, pickEnd, traceEnd, type Path } from "@lakh/protocol";

import { colourAt } from "./rules.ts";
import {
  NOBODY,
  TRUE,
  choiceKey,
  claimAt,
  type Actor,
  type Claim,
  type Colour,
  type Line,
  type Move,
  type Rules,
  type State,
} from "./state.ts";

/** What an honest party wants to do now, before `deadline`. */
export interface Duty {
  readonly move: Move;
  readonly deadline: number;
  /** The window was whole when it opened: L1 includes the move in time, at the last instant if the adversary likes. */
  readonly fair: boolean;
}

/** Those the adversary plays, in one claim. */
export interface Adversary {
  readonly seats: readonly Actor[];
  readonly owners: readonly Actor[];
}

/** Every move of the adversary, and of anybody, that could be legal now on a pending claim. */
export function adversaryMoves(rules: Rules, state: State, index: number, adversary: Adversary): Move[] {
  const claim = claimAt(state, index);
  if (claim.status !== "Pending") return [];
  const anyone = adversary.seats[0] ?? NOBODY;
  const moves: Move[] = [];
  for (const by of adversary.seats) {
    if (!claim.seats.has(by)) moves.push({ kind: "challenge", by, claim: index });
  }
  for (const by of adversary.owners) {
    if (claim.lines.has(by)) continue;
    for (const colours of tracesTo(rules.fanout, claim.end)) moves.push({ kind: "defend", by, claim: index, colours });
  }
  for (const [owner, line] of claim.lines) {
    if (line.status !== "Alive") continue;
    moves.push({ kind: "settle", by: anyone, claim: index, owner });
    for (const path of line.traces.keys()) {
      if (pathLength(path) === claim.levels - 1) {
        for (const j of differences(rules, claim, line, path)) {
          moves.push({ kind: "prove", by: anyone, claim: index, owner, path, j });
        }
        continue;
      }
      for (let j = 1; j <= rules.fanout; j++) {
        for (const by of adversary.seats) moves.push({ kind: "pick", by, claim: index, owner, path, j });
      }
    }
    for (const path of unanswered(line)) {
      moves.push({ kind: "timeout", by: anyone, claim: index, owner, path: parentOf(path), j: lastPick(path) });
      if (!adversary.owners.includes(owner)) continue;
      const end = colourAt(claim, line, parentOf(path), lastPick(path));
      for (const colours of tracesTo(rules.fanout, end)) {
        moves.push({ kind: "answer", by: owner, claim: index, path, colours });
      }
    }
  }
  moves.push({ kind: "settle", by: anyone, claim: index, owner: NOBODY });
  return moves;
}

/** An honest challenger of a false claim on a true parent: on each line, attack the first element that is not the true one. */
export function challengerDuties(rules: Rules, state: State, index: number, seat: Actor): Duty[] {
  const claim = claimAt(state, index);
  if (claim.status !== "Pending") return [];
  if (!claim.seats.has(seat)) {
    const deadline = challengeEnd(rules.windows, claim.time);
    return [{ move: { kind: "challenge", by: seat, claim: index }, deadline, fair: true }];
  }
  const duties: Duty[] = [];
  for (const [owner, line] of claim.lines) {
    if (line.status !== "Alive") continue;
    let path = 0 as Path;
    for (let trace = line.traces.get(path); trace; trace = line.traces.get(path)) {
      const r = pathLength(path);
      const deadline = pickEnd(rules.windows, claim.time, r);
      const fair = trace.at + rules.windows.replySeconds < deadline;
      const j = trace.colours.findIndex((colour) => colour !== TRUE) + 1;
      const target = { by: seat, claim: index, owner, path, j };
      if (r === claim.levels - 1) {
        duties.push({ move: { kind: "prove", ...target }, deadline, fair });
        break;
      }
      if (!line.choices.has(choiceKey(path, seat))) {
        duties.push({ move: { kind: "pick", ...target }, deadline, fair });
        break;
      }
      path = childOf(path, j);
    }
  }
  return duties;
}

/** An honest defender of a true claim: open the true line, answer every pick with the truth. */
export function defenderDuties(rules: Rules, state: State, index: number, owner: Actor): Duty[] {
  const claim = claimAt(state, index);
  if (claim.status !== "Pending" || claim.seats.size === 0) return [];
  const colours = new Array<Colour>(rules.fanout).fill(TRUE);
  const line = claim.lines.get(owner);
  if (!line) {
    const deadline = traceEnd(rules.windows, claim.time, 0);
    return [{ move: { kind: "defend", by: owner, claim: index, colours }, deadline, fair: true }];
  }
  if (line.status !== "Alive") return [];
  return unanswered(line).map((path) => {
    const deadline = traceEnd(rules.windows, claim.time, pathLength(path));
    const fair = (line.picks.get(path)?.at ?? 0) + rules.windows.defendSeconds < deadline;
    return { move: { kind: "answer", by: owner, claim: index, path, colours }, deadline, fair };
  });
}

/** Paths of the picked segments that no trace cuts. */
export function unanswered(line: Line): Path[] {
  return [...line.picks.keys()].filter((path) => !line.traces.has(path));
}

/** Segments of a last trace whose step can be disproved. */
function differences(rules: Rules, claim: Claim, line: Line, path: Path): number[] {
  const all = Array.from({ length: rules.fanout }, (_, i) => i + 1);
  return all.filter((j) => colourAt(claim, line, path, j - 1) !== colourAt(claim, line, path, j));
}

const TRACES = new Map<string, Colour[][]>();

/** All traces over two colours that end as they must. */
function tracesTo(fanout: number, end: Colour): Colour[][] {
  const key = `${fanout}:${end}`;
  let traces = TRACES.get(key);
  if (!traces) {
    traces = Array.from({ length: 2 ** (fanout - 1) }, (_, bits) => [
      ...Array.from({ length: fanout - 1 }, (_, i) => (bits >> i) & 1),
      end,
    ]);
    TRACES.set(key, traces);
  }
  return traces;
}
