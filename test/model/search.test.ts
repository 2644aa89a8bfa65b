import { expect } from "chai";

import { claimChain } from "./chain.ts";
import { explore, type Scenario } from "./explore.ts";
import { falseClaim, trueClaim, type GameShape } from "./scenarios.ts";
import type { Mutation } from "./state.ts";

const MOST_STATES = 200_000;
const LONG_WINDOWS = { challengeSeconds: 2, defendSeconds: 2, replySeconds: 2 };
const MIXED_WINDOWS = { challengeSeconds: 1, defendSeconds: 3, replySeconds: 2 };

/** Hostile seats and lines beside the honest party, small enough to look at every order of every move. */
const SHAPES: readonly GameShape[] = [
  { fanout: 2, levels: 1, seats: 2, owners: 2 },
  { fanout: 3, levels: 1, seats: 1, owners: 2 },
  { fanout: 2, levels: 2, seats: 1, owners: 2 },
  { fanout: 2, levels: 2, seats: 2, owners: 1 },
  { fanout: 3, levels: 2, seats: 1, owners: 1 },
  { fanout: 2, levels: 3, seats: 1, owners: 1 },
  { fanout: 2, levels: 2, seats: 1, owners: 1, windows: LONG_WINDOWS },
  { fanout: 2, levels: 2, seats: 1, owners: 1, windows: MIXED_WINDOWS },
];

/** Each guard, and the smallest game found that breaks without it. */
const GUARDS: readonly { readonly drop: Mutation; readonly game: (drop: Mutation) => Scenario }[] = [
  { drop: "round without max", game: (drop) => falseClaim({ fanout: 2, levels: 3, seats: 1, owners: 1, drop }) },
  { drop: "open ignored", game: (drop) => falseClaim({ fanout: 2, levels: 2, seats: 1, owners: 1, drop }) },
  { drop: "settle at D", game: (drop) => falseClaim({ fanout: 2, levels: 1, seats: 1, owners: 1, drop }) },
  { drop: "late answer", game: (drop) => falseClaim({ fanout: 2, levels: 2, seats: 1, owners: 1, drop }) },
  { drop: "no joining", game: (drop) => falseClaim({ fanout: 2, levels: 3, seats: 1, owners: 1, drop }) },
  { drop: "pick at P", game: (drop) => honestLine({ fanout: 2, levels: 2, seats: 1, owners: 1, drop }) },
  { drop: "early timeout", game: (drop) => honestLine({ fanout: 2, levels: 2, seats: 1, owners: 1, drop }) },
  { drop: "early pay", game: (drop) => claimChain(drop) },
  { drop: "shallow void", game: (drop) => claimChain(drop) },
];

function honestLine(shape: GameShape): Scenario {
  return trueClaim({ ...shape, honestProposer: false });
}

function named(shape: GameShape): string {
  const {
    challengeSeconds: c,
    defendSeconds: d,
    replySeconds: r,
  } = shape.windows ?? { challengeSeconds: 1, defendSeconds: 1, replySeconds: 1 };
  return `F ${shape.fanout}, L ${shape.levels}, ${shape.seats} hostile seats, ${shape.owners} hostile lines, windows ${c}/${d}/${r}`;
}

function holds(scenario: Scenario): void {
  const { states, transitions, violation } = explore(scenario, MOST_STATES);
  console.log(`        ${states} states, ${transitions} moves`);
  expect(violation, JSON.stringify(violation)).to.equal(undefined);
}

describe("game model, every order of moves", () => {
  describe("a false claim and one honest challenger: refuted, no honest bond lost, bonds conserved, decided in time", () => {
    for (const shape of SHAPES) it(named(shape), () => holds(falseClaim(shape)));
  });

  describe("a true claim and one honest line: upheld, no honest bond lost, bonds conserved, decided in time", () => {
    for (const shape of SHAPES) {
      it(named(shape), () => holds(honestLine(shape)));
      it(`${named(shape)}, the proposer honest`, () => holds(trueClaim({ ...shape, honestProposer: true })));
    }
  });

  describe("three claims in a chain: money follows the final statuses", () => {
    it("F 2, L 1", () => holds(claimChain()));
  });

  describe("each guard is needed", () => {
    for (const { drop, game } of GUARDS) {
      it(`breaks with "${drop}"`, () => {
        const { violation } = explore(game(drop), MOST_STATES);
        expect(violation).not.to.equal(undefined);
      });
    }
  });
});
