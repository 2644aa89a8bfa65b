/** Reorganisations of L1, 1 to 64 blocks deep, at each stage that an entry, a claim or an exit goes through. */
import { playNodes } from "../test/node/play.ts";
import { cleanUp } from "../test/node/world.ts";
import { Random } from "../test/support/random.ts";
import type { Campaign } from "./lib/campaign.ts";
import { GAME_STAGES, forkGame } from "./lib/fork-game.ts";
import { NODE_STAGES, forkNodes } from "./lib/fork-nodes.ts";
import { PAYMENT_STAGES, forkPayment } from "./lib/fork-payment.ts";
import { main } from "./lib/main.ts";

const DEEPEST = 64;
/** Forks of one case, one after the other: a power of two. */
const FORKS = 4;
/** Mixed, so that a few cases in a row are of different kinds. */
const STAGES = [...NODE_STAGES, ...GAME_STAGES, ...PAYMENT_STAGES].toSorted().toReversed();
/** Of so many cases one is a long random play; no stage is left out by it. */
const PLAY_EVERY = STAGES.length + 1;

export const reorgOf = (forks: number): Campaign => ({
  name: "reorg",
  promise:
    "whatever L1 takes back, everybody ends on what it holds, nothing stands twice, and what vanished is made again",
  open: async () => {
    const depthsMet = new Map<string, Set<number>>();
    return {
      play: async (seed, tally) => {
        const stage = STAGES[seed % PLAY_EVERY];
        if (stage === undefined) {
          await playNodes(seed, true, seed % 2 === 0 ? 0 : undefined);
          tally.count("random play with forks", "agree");
        } else {
          const met = depthsMet.get(stage) ?? new Set<number>();
          depthsMet.set(stage, met);
          const forked = (depth: number): void => {
            tally.count(`fork under: ${stage}`, reachOf(depth));
            met.add(depth);
          };
          const stopped = await play(stage, depthsOf(seed, forks), new Random(seed), forked);
          if (stopped > 0) tally.count("fork below what a follower was told is final", "L1FinalityBroken", stopped);
        }
        await cleanUp();
      },
      figures: () => [...depthsMet].map(([stage, depths]) => figureOf(stage, [...depths])),
      close: cleanUp,
    };
  },
});

export const reorg = reorgOf(FORKS);

/** @returns followers that stopped since L1 left what it had called final */
async function play(
  stage: (typeof STAGES)[number],
  depths: readonly number[],
  random: Random,
  forked: (depth: number) => void,
): Promise<number> {
  let stopped = 0;
  for (const one of NODE_STAGES) if (one === stage) stopped += await forkNodes(one, depths, random, forked);
  for (const one of GAME_STAGES) if (one === stage) await forkGame(one, depths, random, forked);
  for (const one of PAYMENT_STAGES) if (one === stage) await forkPayment(one, depths, random, forked);
  return stopped;
}

/** Depths of a case, of the whole range: a stage's cases in a row, 17 seeds apart, have all 64 once they have 64 forks. */
function depthsOf(seed: number, forks: number): number[] {
  const stride = DEEPEST / forks;
  const first = 1 + bitsReversed(seed % stride, stride);
  return Array.from({ length: forks }, (_, i) => first + i * stride);
}

/** The bits of a value below `end`, a power of two, from behind: values in a row are far apart. */
function bitsReversed(value: number, end: number): number {
  let reversed = 0;
  for (let bit = 1; bit < end; bit *= 2) reversed = 2 * reversed + (value & bit ? 1 : 0);
  return reversed;
}

function reachOf(depth: number): string {
  const ends = [1, 8, 16, 32, 48, DEEPEST];
  const at = ends.findIndex((end) => depth <= end);
  return at === 0 ? "1 block" : `${(ends[at - 1] ?? 0) + 1} to ${ends[at]} blocks`;
}

function figureOf(stage: string, depths: readonly number[]): string {
  const [least, most] = [Math.min(...depths), Math.max(...depths)];
  return `${stage}: ${depths.length} of the ${DEEPEST} depths, from ${least} to ${most}`;
}

if (import.meta.main) await main(reorg);
