/** kill -9 of every daemon, at random moments and where a crash is worst; torn writes behind the sequencer's log. */
import type { FailPoint } from "@lakh/service";

import { playCrashGame } from "../test/node/crash-game.ts";
import { cleanUp } from "../test/node/world.ts";
import { Random } from "../test/support/random.ts";
import { playBatcherCrashes } from "./lib/batcher-crash.ts";
import type { Campaign, Tally } from "./lib/campaign.ts";
import { playDisputeCrashes } from "./lib/dispute-crash.ts";
import { main } from "./lib/main.ts";

/** Kills of one daemon in a case. */
const KILLS = 5;
const LOG_POINTS: readonly FailPoint[] = ["records-written", "records-synced", "log-renaming", "snapshot-renaming"];

export const kill: Campaign = {
  name: "kill",
  promise: "after any kill -9 of any daemon nothing is lost, nothing happens twice, and all agree again",
  open: async () => ({
    // The seeds take turns: S plays with the sequencer, S + 1 with the batcher, S + 2 with proposer and challenger.
    play: async (seed, tally) => {
      const random = new Random(seed);
      const games = [playSequencerCrashes, playBatcherCrashes, playDisputeCrashes];
      try {
        await games[seed % games.length]?.(random, KILLS, tally);
      } finally {
        await cleanUp();
      }
    },
    close: cleanUp,
  }),
};

async function playSequencerCrashes(random: Random, kills: number, tally: Tally): Promise<void> {
  const game = { kills, tornWrites: true, points: LOG_POINTS };
  const { acknowledged, executed, torn, reached } = await playCrashGame(random, game);
  for (const point of reached) tally.count(`sequencer killed: ${point}`, "recovered");
  tally.count("sequencer killed: a random moment", "recovered", kills - reached.length);
  tally.count("torn write behind the log", "cut", torn);
  tally.count("envelope acknowledged before a kill", "executed once", acknowledged);
  tally.count("envelope that was under way", "executed once", executed - acknowledged);
}

if (import.meta.main) await main(kill);
