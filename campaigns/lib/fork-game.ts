/** A fork of L1 under one move of a dispute: whoever made it makes it again, and the honest win as ever. */
import type { Stepper } from "@lakh/service";
import { expect } from "chai";

import { checkEnd } from "../../test/agents/game-promises.ts";
import { openGame } from "../../test/agents/game-world.ts";
import { settleHonest } from "../../test/agents/hostile-game.ts";
import type { Random } from "../../test/support/random.ts";

export const GAME_STAGES = ["claim", "challenge", "defence", "pick", "answer", "proof"] as const;
export type GameStage = (typeof GAME_STAGES)[number];

const LEVELS = 2;
/** More than all windows of two levels, in steps of 30 s. */
const LAST_ROUNDS = 50;

export async function forkGame(stage: GameStage, depth: number, random: Random): Promise<void> {
  const world = await openGame({ fanout: 4, entries: 5, items: 3 });
  const { networkHelpers, provider, walletOf } = world;
  const liar = await world.liar("liar", LEVELS, random.below(15));
  const challenger = await world.challenger("challenger");
  // Who makes the move of each stage, in the order of the game.
  const movers: readonly Stepper[] = [liar, challenger, liar, challenger, liar, challenger];
  const at = GAME_STAGES.indexOf(stage);
  for (const mover of movers.slice(0, at)) await mover.step();
  const snapshot = await networkHelpers.takeSnapshot();
  const start = await provider.getBlockNumber();
  const done = (await (movers[at] as Stepper).step()).did;
  expect(done, `no ${stage}`).to.have.length(1);
  const used = (await provider.getBlockNumber()) - start;
  // Blocks a second apart, so that the fork stays within the windows.
  if (used < depth) await networkHelpers.mine(depth - used);
  await snapshot.restore();
  await networkHelpers.mine(Math.max(depth, used) + 1);
  for (const mover of movers.slice(at)) await mover.step();
  for (let round = 0; round < LAST_ROUNDS; round++) {
    await networkHelpers.time.increase(30);
    await settleHonest([challenger]);
  }
  const counts = await checkEnd(world, await world.view(), [walletOf("challenger").address]);
  expect(counts).to.deep.equal({ Confirmed: 1, Refuted: 1 });
}
