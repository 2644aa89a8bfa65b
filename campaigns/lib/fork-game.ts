/** Forks of L1 under one move of a dispute: whoever made it makes it again, and the honest win as ever. */
import { expect } from "chai";

import { checkEnd } from "../../test/agents/game-promises.ts";
import { openGame } from "../../test/agents/game-world.ts";
import { settleHonest } from "../../test/agents/hostile-game.ts";
import type { Random } from "../../test/support/random.ts";
import { WINDOWS } from "../../test/claims/game.ts";
import { fork } from "./fork.ts";

export const GAME_STAGES = [
  "claim",
  "challenge",
  "defence",
  "pick",
  "answer",
  "proof",
  "settlement",
  "collection",
] as const;
export type GameStage = (typeof GAME_STAGES)[number];

const LEVELS = 2;
/** Most moves of one step: with so much room left on a branch, the game goes on there. */
const MOST_MOVES = 4;
/** More than all windows. */
const [LAST_ROUNDS, LAST_SECONDS] = [15, 150];

/** One fork after the other, of these depths. */
export async function forkGame(
  stage: GameStage,
  depths: readonly number[],
  random: Random,
  forked: (depth: number) => void,
): Promise<void> {
  const world = await openGame({ fanout: 4, entries: 5, items: 3 });
  const { networkHelpers, provider, walletOf } = world;
  const honestSteps = random.below(15);
  const openers = {
    liar: () => world.liar("liar", LEVELS, honestSteps),
    challenger: () => world.challenger("challenger"),
  };
  const actors = { liar: await openers.liar(), challenger: await openers.challenger() };
  const names = ["liar", "challenger"] as const;
  const make = async (move: GameStage): Promise<void> => {
    const actor = actors[move === "claim" || move === "defence" || move === "answer" ? "liar" : "challenger"];
    expect((await actor.step()).did, `no ${move}`).not.to.have.length(0);
  };
  for (const move of GAME_STAGES) {
    if (move === "settlement") await networkHelpers.time.increase(WINDOWS.challengeSeconds + WINDOWS.defendSeconds);
    if (move === stage) break;
    await make(move);
  }
  const height = (): Promise<number> => provider.getBlockNumber();
  for (const depth of depths) {
    // Blocks are a second apart: all forks together stay within the windows.
    const end = (await height()) + depth;
    const left = async (): Promise<void> => {
      await make(stage);
      while ((await height()) + MOST_MOVES <= end && random.chance(0.6)) await actors[random.pick(names)].step();
    };
    forked(await fork(world, depth, random, { left }));
    // One of them may have been away, and knows nothing of the other branch.
    for (const name of names) if (random.chance(0.3)) actors[name] = await openers[name]();
  }
  for (const move of GAME_STAGES.slice(GAME_STAGES.indexOf(stage))) if (move !== "settlement") await step(move);
  const challenger = [actors.challenger];
  await settleHonest(challenger);
  for (let round = 0; round < LAST_ROUNDS; round++) {
    await networkHelpers.time.increase(LAST_SECONDS);
    await settleHonest(challenger);
  }
  const counts = await checkEnd(world, await world.view(), [walletOf("challenger").address]);
  expect(counts).to.deep.equal({ Confirmed: 1, Refuted: 1 });

  async function step(move: GameStage): Promise<void> {
    if (move === "claim" || move === "defence" || move === "answer") await actors.liar.step();
    else await actors.challenger.step();
  }
}
