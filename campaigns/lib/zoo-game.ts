/** One game of the zoo: liars, harassers and the honest on the contract, moves at the last second, forks of L1. */
import { challengeEnd, pickEnd, traceEnd } from "@lakh/protocol";
import type { GameView } from "@lakh/service";
import { expect } from "chai";

import { CHALLENGE_BOND, CLAIM_BOND, DEFEND_BOND } from "../../test/claims/game.ts";
import { openGame, type GameWorld } from "../../test/agents/game-world.ts";
import { LAST_ROUNDS, checkEnd, settleHonest } from "../../test/agents/hostile-game.ts";
import type { Random } from "../../test/support/random.ts";
import type { Tally } from "./campaign.ts";
import { type Animal, createBeliever, createHarasser, someBelief } from "./zoo.ts";

const ROUNDS = 14;
const ENTRIES = 3;
const ITEMS = 3;

export async function playZooGame(random: Random, tally: Tally): Promise<void> {
  const world = await openGame({ fanout: 2 ** (1 + random.below(3)), entries: ENTRIES, items: ITEMS });
  const { networkHelpers, walletOf } = world;
  const honest = [await world.proposer("proposer", { mostPending: 2 }), await world.challenger("challenger")];
  const animals = await someAnimals(world, random);
  const landed = new Map<Animal, number>();
  await settleHonest(honest);
  for (let round = 0; round < ROUNDS; round++) {
    await pass(world, random, tally);
    for (const animal of animals) {
      const fork = random.chance(0.06) ? await networkHelpers.takeSnapshot() : undefined;
      landed.set(animal, (landed.get(animal) ?? 0) + (await animal.step()).did.length);
      await settleHonest(honest);
      if (fork === undefined) continue;
      const height = await world.provider.getBlockNumber();
      await fork.restore();
      // Longer than the branch that it replaces, as L1 does it.
      await networkHelpers.mine(height - (await world.provider.getBlockNumber()) + 1 + random.below(3));
      await settleHonest(honest);
      tally.count("fork of L1 under the moves", "healed");
    }
  }
  for (let round = 0; round < LAST_ROUNDS; round++) {
    const view = await world.view();
    const ahead = deadlines(view).filter((at) => at > view.nowSeconds);
    if (ahead.length === 0) break;
    await networkHelpers.time.increaseTo(Math.min(...ahead));
    await settleHonest(honest);
  }
  for (let i = 0; i < 2; i++) for (const animal of animals) await animal.step(); // to bring their bonds home
  await settleHonest(honest);
  const addresses = ["proposer", "challenger"].map((name) => walletOf(name).address);
  const view = await world.view();
  const counts = await checkEnd(world, view, addresses);
  expect(counts.Pending, "claims undecided when all windows are over").to.equal(undefined);
  await checkMoney(world, view);
  for (const [{ name }, moves] of landed) tally.count(name, moves > 0 ? "played" : "had no move");
  for (const [status, count] of Object.entries(counts)) tally.count("claim", status, count);
}

/** A few liars, some of one belief (Sybil lines), and up to three harassers. */
async function someAnimals(world: GameWorld, random: Random): Promise<Animal[]> {
  const animals: Animal[] = [];
  const beliefs = Array.from({ length: 1 + random.below(2) }, () => someBelief(random, ENTRIES * ITEMS));
  for (const [kind, belief] of beliefs.entries())
    for (let i = random.below(2); i >= 0; i--)
      animals.push(await createBeliever(world, `liar ${kind} ${i}`, belief, random));
  for (let i = random.below(4); i > 0; i--) animals.push(await createHarasser(world, `harasser ${i}`, random));
  return animals;
}

/** Time goes on, but never past a deadline: by a little, or to its last second. */
async function pass(world: GameWorld, random: Random, tally: Tally): Promise<void> {
  const view = await world.view();
  const ahead = deadlines(view).filter((at) => at - 1 > view.nowSeconds + 1);
  const next = Math.min(...ahead);
  const little = view.nowSeconds + 1 + random.below(40);
  if (next !== Infinity && (random.chance(0.7) || little >= next)) {
    await world.networkHelpers.time.setNextBlockTimestamp(next - 1);
    tally.count("moves at the last second of a window", "played");
  } else await world.networkHelpers.time.increaseTo(little);
}

function deadlines({ claims, rules }: GameView): number[] {
  const pending = [...claims.values()].filter(({ status }) => status === "Pending");
  return pending.flatMap(({ time, head }) => [
    challengeEnd(rules, time),
    ...Array.from({ length: head.levels }, (_, r) => [traceEnd(rules, time, r), pickEnd(rules, time, r)]).flat(),
  ]);
}

/** Bonds in = bonds out + burned + what is still to be collected or withdrawn. */
async function checkMoney({ claims, provider }: GameWorld, view: GameView): Promise<void> {
  let due = await claims.burned();
  const people = new Set<string>();
  for (const { head, bondCollected, seats, lines } of [...view.claims.values()].slice(1)) {
    people.add(head.proposer);
    if (!bondCollected) due += CLAIM_BOND;
    for (const seat of seats.values()) {
      people.add(seat.address);
      if (!seat.bondCollected) due += CHALLENGE_BOND;
    }
    for (const line of lines.values()) {
      people.add(line.owner);
      if (line.owner !== head.proposer && !line.bondCollected) due += DEFEND_BOND;
    }
  }
  for (const who of people) due += await claims.credit(who);
  expect(await provider.getBalance(await claims.getAddress()), "bonds are conserved").to.equal(due);
}
