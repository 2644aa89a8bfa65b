/** kill -9 of a sequencer under load at random moments, torn writes behind its log, restarts of followers in between. */
import { playCrashGame } from "../test/node/crash-game.ts";
import { cleanUp } from "../test/node/world.ts";
import { Random } from "../test/support/random.ts";
import type { Campaign } from "./lib/campaign.ts";
import { main } from "./lib/main.ts";

/** Kills of one chain. */
const KILLS = 5;

export const kill: Campaign = {
  name: "kill",
  promise: "what was acknowledged stands in its place after any kill -9, is executed once, and a fresh follower agrees",
  open: async () => ({
    play: async (seed, tally) => {
      const { acknowledged, executed, torn } = await playCrashGame(new Random(seed), {
        kills: KILLS,
        tornWrites: true,
      });
      tally.count("kill -9 under load", "recovered", KILLS);
      tally.count("torn write behind the log", "cut", torn);
      tally.count("envelope acknowledged before a kill", "executed once", acknowledged);
      tally.count("envelope that was under way", "executed once", executed - acknowledged);
      await cleanUp();
    },
    close: cleanUp,
  }),
};

if (import.meta.main) await main(kill);
