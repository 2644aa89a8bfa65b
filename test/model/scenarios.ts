/** The games that are searched, and what must hold in them (DESIGN §13, invariants 4 and 5). */
import { decidedBy, lastPick, parentOf, type Windows } from "@lakh/protocol";

import type { Scenario } from "./explore.ts";
import { heldBy, imbalance } from "./money.ts";
import { adversaryMoves, challengerDuties, defenderDuties, unanswered, type Adversary } from "./moves.ts";
import { apply, tryApply } from "./rules.ts";
import {
  NOBODY,
  TRUE,
  claimAt,
  initialState,
  type Actor,
  type Colour,
  type Mutation,
  type Rules,
  type State,
} from "./state.ts";

export interface GameShape {
  readonly fanout: number;
  readonly levels: number;
  /** Hostile seats beside the honest one, if any. */
  readonly seats: number;
  /** Hostile owners of lines. */
  readonly owners: number;
  readonly windows?: Windows;
  readonly drop?: Mutation;
}

const LIE: Colour = 1;
const HONEST: Actor = 1;
const CLAIM = 1;
const UNIT_WINDOWS: Windows = { challengeSeconds: 1, defendSeconds: 1, replySeconds: 1 };

export function rulesOf(shape: { fanout: number; windows?: Windows; drop?: Mutation }): Rules {
  const { fanout, windows = UNIT_WINDOWS, drop } = shape;
  return { fanout, windows, claimBond: 101, challengeBond: 1001, defendBond: 10001, ...(drop ? { drop } : {}) };
}

/** A false claim on a true parent, and one honest challenger (actor 1): it must never be upheld. The proposer is actor 2. */
export function falseClaim(shape: GameShape): Scenario {
  const owners = Array.from({ length: shape.owners }, (_, i) => 2 + i);
  const seats = Array.from({ length: shape.seats }, (_, i) => 2 + i);
  return game(
    shape,
    { seats, owners },
    2,
    LIE,
    (state) => challengerDuties(rulesOf(shape), state, CLAIM, HONEST),
    "Refuted",
  );
}

/** A true claim and one honest line (actor 1's, or the proposer's): it must never be refuted, nor the line die. */
export function trueClaim(shape: GameShape & { readonly honestProposer: boolean }): Scenario {
  const owners = Array.from({ length: shape.owners }, (_, i) => 2 + i);
  const seats = Array.from({ length: shape.seats }, (_, i) => 2 + i);
  const proposer = shape.honestProposer ? HONEST : 2;
  return game(
    shape,
    { seats, owners },
    proposer,
    TRUE,
    (state) => defenderDuties(rulesOf(shape), state, CLAIM, HONEST),
    "Upheld",
  );
}

function game(
  shape: GameShape,
  adversary: Adversary,
  proposer: Actor,
  end: Colour,
  duties: Scenario["duties"],
  due: "Upheld" | "Refuted",
): Scenario {
  const rules = rulesOf(shape);
  const initial = apply(rules, initialState(0), { kind: "claim", by: proposer, parent: 0, levels: shape.levels, end });
  const horizon = decidedBy(rules.windows, 0, shape.levels);
  return {
    rules,
    initial,
    horizon,
    moves: (state) => adversaryMoves(rules, state, CLAIM, adversary),
    duties,
    check: (state) => {
      const claim = claimAt(state, CLAIM);
      if (claim.status === "Pending" && state.now < horizon) return undefined;
      const ended = claim.status === "Pending" ? resolve(rules, state) : state;
      const status = claimAt(ended, CLAIM).status;
      // A claim that nobody challenges is upheld; a false one always is challenged, by the honest party.
      if (status !== due) return `the claim is ${status}, not ${due}`;
      return checkMoney(rules, collectAll(rules, ended));
    },
  };
}

/** What anybody can do at the horizon: every timeout, then settle. */
function resolve(rules: Rules, state: State): State {
  let next = state;
  for (const [owner, line] of claimAt(state, CLAIM).lines) {
    for (const path of unanswered(line)) {
      const target = { by: NOBODY, claim: CLAIM, owner, path: parentOf(path), j: lastPick(path) };
      next = accepted(next, tryApply(rules, next, { kind: "timeout", ...target }));
    }
  }
  for (const owner of [...claimAt(next, CLAIM).lines.keys(), NOBODY]) {
    next = accepted(next, tryApply(rules, next, { kind: "settle", by: NOBODY, claim: CLAIM, owner }));
  }
  return next;
}

/** Everybody collects everything. */
export function collectAll(rules: Rules, state: State): State {
  let next = state;
  state.claims.forEach((claim, index) => {
    next = accepted(next, tryApply(rules, next, { kind: "collectClaim", by: NOBODY, claim: index }));
    for (const payer of claim.seats.keys()) {
      next = accepted(next, tryApply(rules, next, { kind: "collectSeat", by: NOBODY, claim: index, payer }));
    }
    for (const payer of claim.lines.keys()) {
      next = accepted(next, tryApply(rules, next, { kind: "collectLine", by: NOBODY, claim: index, payer }));
    }
  });
  return next;
}

function accepted(before: State, after: State | string): State {
  return typeof after === "string" ? before : after;
}

function checkMoney(rules: Rules, state: State): string | undefined {
  const claim = claimAt(state, CLAIM);
  if (imbalance(rules, state) !== 0) return "bonds in are not out + burned";
  if (heldBy(rules, claim) !== 0) return "a bond is stuck";
  const seatBond = claim.seats.has(HONEST) ? rules.challengeBond : 0;
  const lineBond = claim.lines.has(HONEST) && claim.proposer !== HONEST ? rules.defendBond : 0;
  const paid = seatBond + lineBond + (claim.proposer === HONEST ? rules.claimBond : 0);
  if ((state.credit.get(HONEST) ?? 0) < paid) return "an honest bond is lost";
  return undefined;
}
