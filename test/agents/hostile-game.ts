/** A whole game of the honest among Sybils who do anything. */
import { decidedBy } from "@lakh/protocol";
import type { GameView, Stepper } from "@lakh/service";

import { Random } from "../support/random.ts";
import { checkEnd } from "./game-promises.ts";
import { openGame } from "./game-world.ts";
import { createHostile } from "./hostile.ts";

const ROUNDS = 50;
/** The shortest window is 50 s: with a few moves between, the honest move in every one. */
const MOST_SECONDS = 15;
/** The honest claim what is new when their older claims are decided, so the end may be that of a few claims in a row. */
const MOST_LAST_ROUNDS = 300;

export interface GameEnd {
  /** Hostile moves that landed. */
  readonly landed: number;
  /** Claims by status. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Lets the honest move until nothing is due; bounded. */
export async function settleHonest(steppers: readonly Stepper[]): Promise<void> {
  for (let i = 0; i < 12; i++) {
    const did = [];
    for (const stepper of steppers) did.push(...(await stepper.step()).did);
    if (did.length === 0) return;
  }
  throw new Error("the honest do not come to rest");
}

/** Plays the game of a seed. @throws AssertionError where the honest lose */
export async function playHostileGame(seed: number, open = openGame): Promise<GameEnd> {
  const random = new Random(seed);
  const world = await open({ fanout: 2 ** (1 + random.below(2)), entries: 3, items: 3 });
  const { ethers, networkHelpers, view, inbox, walletOf } = world;
  const hostile = createHostile(world, (await ethers.getSigners()).slice(1, 6), random);
  const honest = [await world.proposer("proposer", { mostPending: 3 }), await world.challenger("challenger")];
  let landed = 0;
  await settleHonest(honest);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = random.below(6); i >= 0; i--) if (await hostile.move(await view())) landed++;
    if (random.chance(0.05)) await inbox.append(1);
    await networkHelpers.time.increase(1 + random.below(MOST_SECONDS));
    await settleHonest(honest);
  }
  for (let round = 0; round < MOST_LAST_ROUNDS && !isOver(await view()); round++) {
    await networkHelpers.time.increase(30);
    await settleHonest(honest);
    if (await hostile.move(await view())) landed++;
  }
  await settleHonest(honest);
  const addresses = ["proposer", "challenger"].map((name) => walletOf(name).address);
  return { landed, counts: await checkEnd(world, await view(), addresses) };
}

/** Whether the time of all claims is up. */
function isOver({ claims, rules, nowSeconds }: GameView): boolean {
  return [...claims.values()].every(
    ({ status, time, head }) => status !== "Pending" || nowSeconds >= decidedBy(rules, time, head.levels),
  );
}
