/** kill -9 of every daemon, at random moments and at every place where a crash is worst; torn writes behind the sequencer's files. */
import { cleanUp } from "../test/node/world.ts";
import { Random } from "../test/support/random.ts";
import { playBatcherCrashes } from "./lib/batcher-crash.ts";
import { type Campaign, Tally } from "./lib/campaign.ts";
import { type Daemon, PLACES, deathsOf } from "./lib/crash-plan.ts";
import { killedAt } from "./lib/deaths.ts";
import { playDisputeCrashes } from "./lib/dispute-crash.ts";
import { playFollowerCrashes } from "./lib/follower-crash.ts";
import { main } from "./lib/main.ts";
import { playSequencerCrashes } from "./lib/sequencer-crash.ts";

/** Of each daemon in a case. */
const PAIRS = 4;

type Game = (random: Random, round: number, pairs: number, tally: Tally) => Promise<void>;

/** The seeds take turns. */
const GAMES: readonly Game[] = [
  (random, round, pairs, tally) => playSequencerCrashes(random, deathsOf("sequencer", round, pairs), tally),
  (random, round, pairs, tally) =>
    playBatcherCrashes(random, deathsOf("batcher", round, pairs), tally, round % 2 === 0 ? "calldata" : "blobs"),
  (random, round, pairs, tally) => playFollowerCrashes(random, deathsOf("follower", round, pairs), tally),
  playDisputeCrashes,
];

/** @param pairs deaths at a place in a case, and as many at random moments, of each daemon in it */
export function killOf(pairs: number): Campaign {
  return {
    name: "kill",
    promise: "after any kill -9 of any daemon nothing is lost, nothing happens twice, and all agree again",
    open: async () => {
      const all = new Tally();
      const play = async (seed: number, tally: Tally): Promise<void> => {
        const own = new Tally();
        try {
          await GAMES[seed % GAMES.length]?.(new Random(seed), Math.floor(seed / GAMES.length), pairs, own);
        } finally {
          await cleanUp();
          for (const row of own.rows) [tally, all].forEach((one) => one.count(...row));
        }
      };
      const figures = (): string[] => Object.keys(PLACES).map((daemon) => summary(daemon as Daemon, all));
      return { play, figures, close: cleanUp };
    },
  };
}

/** How often a daemon was killed, and which of its places were not reached. */
function summary(daemon: Daemon, tally: Tally): string {
  const { fresh, later } = PLACES[daemon];
  const places = [...fresh, ...later];
  const times = places.map((place) => tally.of(killedAt(daemon, place)));
  const random = tally.of(killedAt(daemon, undefined));
  const sum = times.reduce((a, b) => a + b, 0);
  const missing = places.filter((_, i) => times[i] === 0);
  const gaps = missing.length === 0 ? "none left out" : `left out: ${missing.join(", ")}`;
  const least = Math.min(...times);
  return `${daemon}: ${random} kills at random moments, ${sum} at ${places.length} places, at least ${least} at each; ${gaps}`;
}

if (import.meta.main) await main(killOf(PAIRS));
