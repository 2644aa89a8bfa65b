/** Three claims, each on the one before: what becomes of a game whose ancestor falls. */
import { decidedBy } from "@lakh/protocol";

import type { Scenario } from "./explore.ts";
import { heldBy, imbalance } from "./money.ts";
import { adversaryMoves } from "./moves.ts";
import { apply, tryApply } from "./rules.ts";
import { collectAll, rulesOf } from "./scenarios.ts";
import {
  NOBODY,
  claimAt,
  initialState,
  type Claim,
  type Move,
  type Mutation,
  type Rules,
  type State,
} from "./state.ts";

const LENGTH = 3;
const PROPOSER = 2;
const SEAT = 3;
const OWNER = 4;

/**
 * Claims 1, 2, 3 of one level by one proposer, each challenged by at most one seat and defended by at most one line.
 * At the end every claim must be final, and what each party got must be what the money table gives for the final statuses.
 */
export function claimChain(drop?: Mutation): Scenario {
  const rules = rulesOf({ fanout: 2, ...(drop ? { drop } : {}) });
  let initial = initialState(0);
  for (let parent = 0; parent < LENGTH; parent++) {
    initial = apply(rules, initial, { kind: "claim", by: PROPOSER, parent, levels: 1, end: 1 });
  }
  const horizon = decidedBy(rules.windows, 0, 1);
  return {
    rules,
    initial,
    horizon,
    duties: () => [],
    moves: (state) => state.claims.flatMap((claim, index) => movesOn(rules, state, claim, index)),
    check: (state) => {
      if (imbalance(rules, state) !== 0) return "bonds in are not out + burned";
      return state.now === horizon ? checkEnd(rules, state) : undefined;
    },
  };
}

function movesOn(rules: Rules, state: State, claim: Claim, index: number): Move[] {
  if (index === 0) return [];
  const by = NOBODY;
  return [
    ...adversaryMoves(rules, state, index, { seats: [SEAT], owners: [OWNER] }),
    { kind: "confirm", by, claim: index },
    { kind: "void", by, claim: index },
    // Whoever wants his money early: the middle claim's parties.
    ...(index === 2 && claim.status !== "Pending" ? collections(claim, index) : []),
  ];
}

function collections(claim: Claim, index: number): Move[] {
  const by = NOBODY;
  return [
    { kind: "collectClaim", by, claim: index },
    ...[...claim.seats.keys()].map((payer): Move => ({ kind: "collectSeat", by, claim: index, payer })),
    ...[...claim.lines.keys()].map((payer): Move => ({ kind: "collectLine", by, claim: index, payer })),
  ];
}

function checkEnd(rules: Rules, state: State): string | undefined {
  const final = closeAll(rules, state);
  const paid = collectAll(rules, final);
  if (paid.claims.some((claim) => claim.status === "Pending")) return "a claim is not decided";
  if (paid.claims.some((claim) => heldBy(rules, claim) !== 0)) return "a bond is stuck";
  const due = collectAll(rules, uncollected(final));
  const parties = [PROPOSER, SEAT, OWNER];
  const right = parties.every((party) => (paid.credit.get(party) ?? 0) === (due.credit.get(party) ?? 0));
  return right && paid.burned === due.burned ? undefined : "somebody got what the final statuses do not give";
}

/** What anybody can do at the end: settle, confirm and void, parents first. */
function closeAll(rules: Rules, state: State): State {
  let next = state;
  for (let index = 1; index <= LENGTH; index++) {
    const claim = claimAt(next, index);
    for (const owner of [...claim.lines.keys(), NOBODY])
      next = attempt(rules, next, { kind: "settle", by: NOBODY, claim: index, owner });
    next = attempt(rules, next, { kind: "void", by: NOBODY, claim: index });
    next = attempt(rules, next, { kind: "confirm", by: NOBODY, claim: index });
  }
  return next;
}

function attempt(rules: Rules, state: State, move: Move): State {
  const next = tryApply(rules, state, move);
  return typeof next === "string" ? state : next;
}

/** The same game with nothing paid yet. */
function uncollected(state: State): State {
  const claims = state.claims.map((claim, index) => ({
    ...claim,
    collected: index === 0,
    seats: new Map([...claim.seats.keys()].map((seat) => [seat, "taken" as const])),
    lines: new Map([...claim.lines].map(([owner, line]) => [owner, { ...line, collected: false }])),
  }));
  return { ...state, claims, credit: new Map(), burned: 0 };
}
