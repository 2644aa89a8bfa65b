/** A thread that goes where code was not reached: inputs that reach some become seeds of others. */
import { parentPort } from "node:worker_threads";

import { Random } from "../../test/support/random.ts";
import { Tally } from "./campaign.ts";
import { Coverage } from "./coverage.ts";
import type { GuidedAnswer, GuidedRound } from "./guided.ts";

const coverage = await Coverage.begin();
const { CODEC_TARGETS } = await import("./codec-targets.ts");
const { mutant } = await import("./targets.ts");

/** Inputs after which is looked at what they reached. */
const BLOCK = 250;

/** The same seed, the same inputs, whatever was played before. */
async function play({ seed, share }: GuidedRound): Promise<GuidedAnswer> {
  const random = new Random(seed);
  const tally = new Tally();
  let found = 0;
  for (const { name, inputs, seed: make } of CODEC_TARGETS) {
    const { good, check } = make(random);
    const seeds = [...good];
    const tryAll = async (block: readonly Uint8Array[]) => {
      for (const bytes of block) check(bytes);
      return coverage.take();
    };
    const keep = async (block: readonly Uint8Array[]): Promise<void> => {
      const reached = await tryAll(block);
      if (!coverage.isNew(reached)) return;
      const half = block.length >> 1;
      if (half === 0) {
        coverage.add(reached);
        seeds.push(...block);
        return;
      }
      await keep(block.slice(0, half));
      await keep(block.slice(half));
    };
    coverage.forget();
    await coverage.take(); // what the seeds' making reached
    coverage.add(await tryAll(good));
    for (let left = Math.ceil(share * inputs); left > 0; left -= BLOCK) {
      const block = Array.from({ length: Math.min(BLOCK, left) }, () => mutant(seeds, random));
      for (const bytes of block) tally.count(`${name}, guided`, check(bytes));
      await keep(block);
    }
    found += seeds.length - good.length;
  }
  return { rows: tally.rows, found };
}

parentPort?.on("message", (round: GuidedRound) => void play(round).then((answer) => parentPort?.postMessage(answer)));
