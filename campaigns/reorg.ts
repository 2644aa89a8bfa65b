/** Reorganisations of L1, 1 to 64 blocks deep, at each stage that an entry, a claim or an exit goes through. */
import { playNodes } from "../test/node/play.ts";
import { cleanUp } from "../test/node/world.ts";
import { Random } from "../test/support/random.ts";
import type { Campaign } from "./lib/campaign.ts";
import { main } from "./lib/main.ts";
import { GAME_STAGES, forkGame } from "./lib/fork-game.ts";
import { NODE_STAGES, forkNodes } from "./lib/fork-nodes.ts";

const DEEPEST = 64;
/** Of so many cases one is a long random play. */
const PLAY_EVERY = 8;

export const reorg: Campaign = {
  name: "reorg",
  promise:
    "whatever L1 takes back, everybody ends on what it holds, nothing stands twice, and what vanished is made again",
  open: async () => ({
    play: async (seed, tally) => {
      const random = new Random(seed);
      const depth = 1 + random.below(DEEPEST);
      const reach = `${depth <= 8 ? "1-8" : depth <= 32 ? "9-32" : "33-64"} blocks`;
      if (seed % PLAY_EVERY === 0) {
        await playNodes(seed, true, seed % 2 === 0 ? 0 : undefined);
        tally.count("random play with forks", "agree");
      } else {
        const stage = [...NODE_STAGES, ...GAME_STAGES][seed % (NODE_STAGES.length + GAME_STAGES.length)];
        const nodeStage = NODE_STAGES.find((known) => known === stage);
        const gameStage = GAME_STAGES.find((known) => known === stage);
        if (nodeStage !== undefined) await forkNodes(nodeStage, depth, random);
        if (gameStage !== undefined) await forkGame(gameStage, depth, random);
        tally.count(`fork under a ${stage}`, reach);
      }
      await cleanUp();
    },
    close: cleanUp,
  }),
};

if (import.meta.main) await main(reorg);
