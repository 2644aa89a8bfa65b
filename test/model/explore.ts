/** Exhaustive search: every order of every move at every instant, with honest moves as late as L1 may bring them. */
import { pathLength, pickEnd, traceEnd } from "@lakh/protocol";

import type { Duty } from "./moves.ts";
import { tryApply } from "./rules.ts";
import type { Claim, Line, Move, Rules, State } from "./state.ts";

export interface Scenario {
  readonly rules: Rules;
  readonly initial: State;
  /** Time stops here. */
  readonly horizon: number;
  /** Moves that somebody other than the honest parties might make. */
  readonly moves: (state: State) => readonly Move[];
  /** What the honest parties want to do. */
  readonly duties: (state: State) => readonly Duty[];
  /** What is wrong with a state, if anything. */
  readonly check: (state: State) => string | undefined;
}

export interface Verdict {
  readonly states: number;
  readonly transitions: number;
  /** The first violation and the moves that lead to it. */
  readonly violation?: { readonly what: string; readonly moves: readonly Move[] };
}

interface Frame {
  readonly state: State;
  readonly moves: readonly Move[];
  next: number;
}

/**
 * Searches depth first from the scenario's initial state.
 * @param limit most states; a search that needs more throws, so that an unfinished one is never taken for a proof
 */
export function explore(scenario: Scenario, limit: number): Verdict {
  const { rules } = scenario;
  const seen = new Set<string>([encode(rules, scenario.initial)]);
  const frames: Frame[] = [{ state: scenario.initial, moves: options(scenario, scenario.initial), next: 0 }];
  const trail: Move[] = [];
  let transitions = 0;
  for (let top = frames.at(-1); top; top = frames.at(-1)) {
    const move = top.moves[top.next++];
    if (!move) {
      frames.pop();
      trail.pop();
      continue;
    }
    const state = tryApply(rules, top.state, move);
    if (typeof state === "string") continue;
    transitions++;
    const key = encode(rules, state);
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > limit) throw new RangeError(`more than ${limit} states`);
    trail.push(move);
    const what = scenario.check(state);
    if (what !== undefined) return { states: seen.size, transitions, violation: { what, moves: trail.slice() } };
    frames.push({ state, moves: options(scenario, state), next: 0 });
  }
  return { states: seen.size, transitions };
}

/** The adversary's moves, the honest ones, and the clock, unless it would take an honest party's last chance. */
function options(scenario: Scenario, state: State): Move[] {
  const duties = scenario.duties(state);
  const moves = [...scenario.moves(state), ...duties.map((duty) => duty.move)];
  const next = state.now + 1;
  // A duty that the rules refuse cannot hold the clock: the honest party has then lost its chance.
  const urgent = duties.some(
    (duty) => duty.fair && next >= duty.deadline && typeof tryApply(scenario.rules, state, duty.move) !== "string",
  );
  if (!urgent && next <= scenario.horizon) moves.push({ kind: "wait", until: next });
  return moves;
}

/** All that can still matter, as text. Times of moves matter only where they leave somebody less than a whole window. */
function encode(rules: Rules, state: State): string {
  const credit = sorted(state.credit).map(([actor, amount]) => `${actor}:${amount}`);
  const claims = state.claims.map((claim) => encodeClaim(rules, claim));
  return `${state.now}|${claims.join("|")}|${credit.join()}|${state.burned}`;
}

function encodeClaim(rules: Rules, claim: Claim): string {
  const seats = sorted(claim.seats).map(([seat, life]) => `${seat}${life[0]}`);
  const lines = sorted(claim.lines).map(([owner, line]) => `${owner}${encodeLine(rules, claim, line)}`);
  return `${claim.status}${claim.collected ? "c" : ""}${claim.beneficiary}[${seats.join()}]${lines.join(";")}`;
}

function encodeLine(rules: Rules, claim: Claim, line: Line): string {
  const head = `${line.status}${line.collected ? "c" : ""}${line.killer}`;
  if (line.status === "Dead" || claim.status !== "Pending") return head;
  const traces = sorted(line.traces).map(([path, trace]) => {
    const fair = trace.at + rules.windows.replySeconds < pickEnd(rules.windows, claim.time, pathLength(path));
    return `${path}:${trace.colours.join("")}${fair ? "" : "!"}`;
  });
  const picks = sorted(line.picks).map(([path, pick]) => {
    const fair = pick.at + rules.windows.defendSeconds < traceEnd(rules.windows, claim.time, pathLength(path));
    return `${path}:${pick.picker}${fair ? "" : "!"}`;
  });
  const choices = sorted(line.choices).map(([key, j]) => `${key}:${j}`);
  return `${head}r${line.round}(${traces.join()})(${picks.join()})(${choices.join()})`;
}

function sorted<K extends number, V>(map: ReadonlyMap<K, V>): [K, V][] {
  return [...map].sort(([a], [b]) => a - b);
}
