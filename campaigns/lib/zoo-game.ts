/** One game of the zoo: liars, harassers and the honest on the contract, moves at the last second, forks of L1. */
import { challengeEnd, pickEnd, traceEnd } from "@lakh/protocol";
import { createJudge, type GameView } from "@lakh/service";
import { expect } from "chai";

import type { GameSize, GameWorld } from "../../test/agents/game-world.ts";
import { checkEnd } from "../../test/agents/game-promises.ts";
import type { StandingL1 } from "../../test/agents/standing-l1.ts";
import type { Random } from "../../test/support/random.ts";
import type { Tally } from "./campaign.ts";
import { type Animal, createBeliever, createBystander, createHarasser, createSelfPlayer } from "./zoo.ts";
import { someBelief } from "./zoo-beliefs.ts";
import { census } from "./zoo-census.ts";
import { HONEST, type Honest, type Role, createHonest } from "./zoo-honest.ts";

const ROUNDS = 14;
const ENTRIES = 3;
const ITEMS = 3;
/** More deadlines than the claims of a game have. */
const MOST_DEADLINES = 200;

export type Zoo = GameWorld & StandingL1;

export async function playZooGame(open: (size: GameSize) => Promise<Zoo>, random: Random, tally: Tally): Promise<void> {
  const world = await open({ fanout: 2 ** (1 + random.below(3)), entries: ENTRIES, items: ITEMS });
  await world.setTime((await world.view()).nowSeconds + 1);
  const honest = await createHonest(world);
  const animals = await someAnimals(world, random);
  const isLate = random.chance(0.3);
  tally.count("the honest move", isLate ? "at the last second of each window" : "at once");
  await honest.rest();
  for (let round = 0; round < ROUNDS; round++) {
    const roles = await pass(world, random, tally);
    const isFirst = random.chance(0.5);
    if (isLate && isFirst) await honest.rest(roles);
    for (const animal of animals) {
      await underFork(world, random, tally, async () => {
        await animal.step();
        if (!isLate) await honest.rest();
      });
      if (!isLate) await honest.rest();
    }
    if (isLate && !isFirst) await honest.rest(roles);
  }
  await honest.rest(); // from here on they are never late
  await passAllDeadlines(world, honest);
  for (let i = 0; i < 2; i++) for (const animal of animals) await animal.step(); // to bring their bonds home
  const bystander = await createBystander(world);
  for (let i = 0; i < 2; i++) await bystander.step(); // first what is late, then the claims
  await honest.rest();
  const view = await world.view();
  const counts = await checkEnd(world, view, honest.addresses);
  expect(counts["Pending"], "claims undecided when all windows are over").to.equal(undefined);
  await honest.checkMoney(tally);
  await census(world, view, animals, honest.addresses, tally);
}

/** A few liars, some of one belief (Sybil lines), some against themselves; harassers, now and then a crowd of them. */
async function someAnimals(world: Zoo, random: Random): Promise<Animal[]> {
  const animals: Animal[] = [];
  const beliefs = Array.from({ length: 1 + random.below(2) }, () => someBelief(random, ENTRIES * ITEMS));
  for (const [kind, belief] of beliefs.entries()) {
    const isAlone = random.chance(0.2);
    const create = isAlone ? createSelfPlayer : createBeliever;
    for (let i = isAlone ? 0 : random.below(2); i >= 0; i--)
      animals.push(await create(world, `liar ${kind} ${i}`, belief, random));
  }
  const harassers = random.chance(0.1) ? 4 + random.below(4) : random.below(4);
  for (let i = 0; i < harassers; i++) animals.push(await createHarasser(world, `harasser ${i}`, random));
  return animals;
}

/** Moves, of which L1 now and then takes back all. */
async function underFork(world: Zoo, random: Random, tally: Tally, move: () => Promise<void>): Promise<void> {
  const fork = random.chance(0.06) ? await world.networkHelpers.takeSnapshot() : undefined;
  await move();
  if (fork === undefined) return;
  const height = await world.provider.getBlockNumber();
  await fork.restore();
  // Longer than the branch that it replaces, as L1 does it.
  await world.mineBlocks(height - (await world.provider.getBlockNumber()) + 1 + random.below(3));
  tally.count("fork of L1 under the moves", "healed");
}

/** Time goes on, but never past a deadline's last second. @returns whose last second it is */
async function pass(world: Zoo, random: Random, tally: Tally): Promise<readonly Role[]> {
  const view = await world.view();
  const all = await deadlines(world, view);
  const next = Math.min(...all.map(({ at }) => at).filter((at) => at - 1 > view.nowSeconds));
  const little = view.nowSeconds + 1 + random.below(40);
  const isLastSecond = next !== Infinity && (random.chance(0.7) || little >= next - 1);
  await world.setTime(isLastSecond ? next - 1 : little);
  if (!isLastSecond) return [];
  tally.count("moves at the last second of a window", "played");
  return HONEST.filter((role) => all.some(({ at, roles }) => at === next && roles.includes(role)));
}

/** Stops at every deadline to let the honest move. */
async function passAllDeadlines(world: Zoo, honest: Honest): Promise<void> {
  for (let i = 0; i < MOST_DEADLINES; i++) {
    const view = await world.view();
    const ahead = (await deadlines(world, view)).map(({ at }) => at).filter((at) => at > view.nowSeconds);
    if (ahead.length === 0) return;
    await world.setTime(Math.min(...ahead));
    await honest.rest();
  }
  throw new Error(`the game has more than ${MOST_DEADLINES} deadlines`);
}

interface Deadline {
  readonly at: number;
  /** Whose last second it is: both defend what is true, one attacks what is false. */
  readonly roles: readonly Role[];
}

async function deadlines({ truth }: Zoo, view: GameView): Promise<Deadline[]> {
  const judge = createJudge(view, truth);
  const found: Deadline[] = [];
  for (const claim of view.claims.values()) {
    if (claim.status !== "Pending") continue;
    const verdict = await judge(claim);
    const attackers: readonly Role[] = verdict === "false" ? ["challenger"] : [];
    const defenders = verdict === "true" ? HONEST : [];
    found.push({ at: challengeEnd(view.rules, claim.time), roles: attackers });
    for (let r = 0; r < claim.head.levels; r++) {
      found.push({ at: traceEnd(view.rules, claim.time, r), roles: defenders });
      found.push({ at: pickEnd(view.rules, claim.time, r), roles: attackers });
    }
  }
  return found;
}
