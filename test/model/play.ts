/** Random play: moves that are often legal, often clever, sometimes nonsense. */
import { challengeEnd, parentOf, lastPick, pathLength, pickEnd, toPath, traceEnd, type Path } from "@lakh/protocol";

import { challengerDuties, defenderDuties, unanswered } from "./moves.ts";
import type { Random } from "../support/random.ts";
import { colourAt } from "./rules.ts";
import {
  GENESIS_CLAIM,
  NOBODY,
  choiceKey,
  claimAt,
  type Claim,
  type Colour,
  type Line,
  type Move,
  type Rules,
  type State,
} from "./state.ts";

/** Beside the genesis claim. */
export const MOST_CLAIMS = 3;
export const ACTORS = 5;
export const COLOURS = 3;

/** True once in `n`. */
function oneIn(random: Random, n: number): boolean {
  return random.below(n) === 0;
}

/** The next move. `maxLevels` bounds L so that a claim's steps stay few. */
export function randomMove(rules: Rules, state: State, random: Random, maxLevels: number): Move {
  if (state.claims.length === 1 || (state.claims.length <= MOST_CLAIMS && oneIn(random, 25))) {
    return newClaim(state, random, maxLevels);
  }
  if (oneIn(random, 14)) return { kind: "wait", until: someInstant(rules, state, random) };
  const index = someClaim(state, random);
  const claim = claimAt(state, index);
  if (claim.status !== "Pending") return afterDecision(state, index, random);
  if (oneIn(random, 3)) {
    const duty = honestMove(rules, state, index, random);
    if (duty) return duty;
  }
  return onPending(rules, claim, index, random);
}

/** Mostly one that is still open. */
function someClaim(state: State, random: Random): number {
  const all = state.claims.map((_, index) => index).slice(1);
  const open = all.filter((index) => claimAt(state, index).status === "Pending");
  return random.pick(open.length > 0 && !oneIn(random, 5) ? open : all);
}

function newClaim(state: State, random: Random, maxLevels: number): Move {
  const parent = oneIn(random, 3) ? random.below(state.claims.length) : state.claims.length - 1;
  const end = oneIn(random, 2) ? claimAt(state, parent).end : random.below(COLOURS);
  return { kind: "claim", by: random.below(ACTORS), parent, levels: 1 + random.below(maxLevels), end };
}

/** What an honest party of a random address would do. */
function honestMove(rules: Rules, state: State, index: number, random: Random): Move | undefined {
  const who = random.below(ACTORS);
  const claim = claimAt(state, index);
  if (claim.start !== 0) return undefined;
  const duties =
    claim.end === 0 ? defenderDuties(rules, state, index, who) : challengerDuties(rules, state, index, who);
  return duties.length > 0 ? random.pick(duties).move : undefined;
}

function onPending(rules: Rules, claim: Claim, index: number, random: Random): Move {
  const by = random.below(ACTORS);
  const lines = [...claim.lines];
  const move = random.below(lines.length > 0 ? 12 : 4);
  if (move === 0 || (move === 1 && claim.seats.size === 0)) return { kind: "challenge", by, claim: index };
  if (move === 1)
    return { kind: "defend", by, claim: index, colours: someTrace(rules, claim.start, claim.end, random) };
  if (move === 2) return { kind: "settle", by, claim: index, owner: NOBODY };
  if (lines.length === 0) return afterDecision({ claims: [claim] }, index, random, claim);
  const [owner, line] = oneIn(random, 2) ? deepest(lines) : random.pick(lines);
  if (move === 3) return { kind: "settle", by, claim: index, owner };
  if (move <= 6) {
    const path = tracePath(line, (r) => r < claim.levels - 1, random);
    return {
      kind: "pick",
      by: seatFor(claim, line, path, by, random),
      claim: index,
      owner,
      path,
      j: someSegment(rules, random),
    };
  }
  const open = unanswered(line);
  if ((move <= 8 || oneIn(random, 2)) && open.length > 0)
    return someAnswer(rules, claim, line, owner, index, random.pick(open), random);
  if (move === 9 && open.length > 0) {
    const path = random.pick(open);
    return { kind: "timeout", by, claim: index, owner, path: parentOf(path), j: lastPick(path) };
  }
  if (oneIn(random, 8)) {
    const path = oneIn(random, 4) ? toPath(1 + random.below(rules.fanout)) : random.pick([...line.traces.keys()]);
    return {
      kind: oneIn(random, 2) ? "timeout" : "prove",
      by,
      claim: index,
      owner,
      path,
      j: someSegment(rules, random),
    };
  }
  const path = tracePath(line, (r) => r === claim.levels - 1, random);
  return { kind: "prove", by, claim: index, owner, path, j: someSegment(rules, random) };
}

/** A trace of a wanted path length, if there is one; now and then any. */
function tracePath(line: Line, wanted: (r: number) => boolean, random: Random): Path {
  const all = [...line.traces.keys()];
  const fit = all.filter((path) => wanted(pathLength(path)));
  return random.pick(fit.length > 0 && !oneIn(random, 12) ? fit : all);
}

function someAnswer(
  rules: Rules,
  claim: Claim,
  line: Line,
  owner: number,
  index: number,
  path: Path,
  random: Random,
): Move {
  const above = parentOf(path);
  const start = colourAt(claim, line, above, lastPick(path) - 1);
  const end = colourAt(claim, line, above, lastPick(path));
  const by = oneIn(random, 15) ? random.below(ACTORS) : owner;
  return { kind: "answer", by, claim: index, path, colours: someTrace(rules, start, end, random) };
}

/** Mostly one change of colour, as a liar would; now and then anything, or a wrong end. */
function someTrace(rules: Rules, start: Colour, end: Colour, random: Random): Colour[] {
  const change = random.below(rules.fanout);
  const wild = oneIn(random, 8);
  const colours = Array.from({ length: rules.fanout }, (_, i) =>
    wild ? random.below(COLOURS) : i < change ? start : end,
  );
  colours[rules.fanout - 1] = oneIn(random, 20) ? (end + 1) % COLOURS : end;
  return colours;
}

/** Moves on a claim that is decided, or should be. */
function afterDecision(state: Pick<State, "claims">, index: number, random: Random, known?: Claim): Move {
  const claim = known ?? state.claims[index];
  const by = random.below(ACTORS);
  const payers = claim ? [...claim.seats.keys(), ...claim.lines.keys(), by] : [by];
  switch (random.below(6)) {
    case 0:
    case 1:
      return { kind: "confirm", by, claim: index };
    case 2:
      return { kind: "void", by, claim: index };
    case 3:
      return { kind: "collectClaim", by, claim: index };
    case 4:
      return { kind: "collectSeat", by, claim: index, payer: random.pick(payers) };
    default:
      return { kind: "collectLine", by, claim: index, payer: random.pick(payers) };
  }
}

/** A deadline of some claim, or the second before or after it; never in the past. */
function someInstant(rules: Rules, state: State, random: Random): number {
  const { windows } = rules;
  const instants = state.claims
    .slice(GENESIS_CLAIM + 1)
    .flatMap(({ time, levels }) => [
      challengeEnd(windows, time),
      ...Array.from({ length: levels }, (_, r) => [traceEnd(windows, time, r), pickEnd(windows, time, r)]).flat(),
    ]);
  const ahead = instants.flatMap((t) => [t - 1, t, t + 1]).filter((t) => t > state.now);
  ahead.sort((a, b) => a - b);
  return ahead.length === 0 ? state.now + 1 : random.pick(ahead.slice(0, 4));
}

/** Mostly a seat that may pick in this trace. */
function seatFor(claim: Claim, line: Line, path: Path, by: number, random: Random): number {
  const mayPick = (seat: number): boolean =>
    !line.choices.has(choiceKey(path, seat)) &&
    (path === 0 || line.choices.get(choiceKey(parentOf(path), seat)) === lastPick(path));
  const seats = [...claim.seats.keys()];
  const able = seats.filter(mayPick);
  if (able.length > 0 && !oneIn(random, 8)) return random.pick(able);
  return seats.length > 0 && !oneIn(random, 4) ? random.pick(seats) : by;
}

/** The living line with the most traces: games should go deep. */
function deepest(lines: readonly (readonly [number, Line])[]): readonly [number, Line] {
  const size = ([, line]: readonly [number, Line]): number => (line.status === "Alive" ? line.traces.size : 0);
  return lines.reduce((best, one) => (size(one) > size(best) ? one : best));
}

function someSegment(rules: Rules, random: Random): number {
  return oneIn(random, 25) ? random.pick([0, rules.fanout + 1]) : 1 + random.below(rules.fanout);
}
