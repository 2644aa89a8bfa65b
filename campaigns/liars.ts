/** Liars on the contracts: the zoo, Sybils who do anything, model against contract, and lies about real steps. */
import { network } from "hardhat";

import { gamesOn } from "../test/agents/game-world.ts";
import { playHostileGame } from "../test/agents/hostile-game.ts";
import { openL1 } from "../test/agents/l1.ts";
import { openRollup, rubbish, WINDOWS } from "../test/agents/rollup.ts";
import { openStandingL1 } from "../test/agents/standing-l1.ts";
import { duel } from "../test/model/duel.ts";
import { Random } from "../test/support/random.ts";
import type { Campaign, Tally } from "./lib/campaign.ts";
import { main } from "./lib/main.ts";
import { playZooGame } from "./lib/zoo-game.ts";

/** Of so many games in a row one is among Sybils, one about real steps, some are duels, the others in the zoo. */
const TURN = 20;
const DUELS = 3;

export const liars: Campaign = {
  name: "liars",
  promise:
    "the honest win every game and lose no bond, no lie is confirmed, bonds are conserved, windows bound the time",
  open: async () => {
    const chain = await network.create({ network: "default", override: { allowBlocksWithSameTimestamp: true } });
    const [openZoo, openSybils] = [gamesOn(openStandingL1), gamesOn(openL1)];
    return {
      play: async (seed, tally) => {
        const random = new Random(seed);
        const turn = seed % TURN;
        if (turn === TURN - 1) {
          const { landed, counts } = await playHostileGame(seed, openSybils);
          tally.count("game", "Sybils");
          tally.count("move of a Sybil", "landed", landed);
          for (const [status, count] of Object.entries(counts)) tally.count("claim", status, count);
        } else if (turn === TURN - 2) await playRealSteps(random, tally);
        else if (turn >= TURN - 2 - DUELS) {
          const { ends } = await duel(chain, seed);
          tally.count("game", "model and contract");
          for (const end of ends) tally.count("claim", end);
        } else {
          await playZooGame(openZoo, random, tally);
          tally.count("game", "zoo");
        }
      },
      close: () => chain.close(),
    };
  },
};

/** A lie about a deposit, or about an item of rubbish, decided by the step verifier itself; the bonds come home. */
async function playRealSteps(random: Random, tally: Tally): Promise<void> {
  const [fanout, levels] = random.pick([
    [4, 2],
    [16, 1],
    [4, 3],
  ] as const);
  const rollup = await openRollup(fanout);
  for (const name of ["alice", "bob"]) await rollup.deposit(rollup.walletOf(name).address, 1_000n);
  await rollup.postQueue();
  const items = 1 + random.below(6);
  await rollup.postBatch(rubbish(items));
  const liar = await rollup.liar("liar", levels, random.below(2 + items));
  const challenger = await rollup.challenger("challenger");
  const told: string[] = [];
  for (let i = 0; i < 2 + levels; i++) told.push(...(await liar.step()).did, ...(await challenger.step()).did);
  const { challengeSeconds, defendSeconds, replySeconds } = WINDOWS;
  await rollup.networkHelpers.time.increase(challengeSeconds + levels * (defendSeconds + replySeconds));
  for (let i = 0; i < 3; i++) told.push(...(await challenger.step()).did);
  const kinds = told.map((line) => line.slice(0, line.indexOf(":")));
  const rounds = Array.from({ length: levels - 1 }, () => ["pick", "answer"]).flat();
  const due = ["claim", "challenge", "defend", ...rounds, "prove", "settle", "collect", "collect", "withdraw"].join();
  if (kinds.join() !== due) throw new Error(`the game went ${kinds.join()}, not ${due}`);
  tally.count("game", "real steps");
  tally.count("lie about a real step", "proved false on L1");
}

if (import.meta.main) await main(liars);
