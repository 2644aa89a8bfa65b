/** Grammar fuzz of everything that parses: no crash, no hang, no value with two forms, no disagreement between the twins. */
import { endlessCases } from "../test/parity/campaign.ts";
import { type ParityCase, disagreement, openDriver } from "../test/parity/driver.ts";
import { Random } from "../test/support/random.ts";
import { BYTE_TARGETS } from "./lib/byte-targets.ts";
import type { Campaign, Tally } from "./lib/campaign.ts";
import { main } from "./lib/main.ts";
import { openTextTargets } from "./lib/text-targets.ts";

/** Steps a round that go through the contract too. */
const TWIN_STEPS = 64;
/** No input may take longer. */
const MOST_MILLISECONDS = 5000;

export const bytes: Campaign = {
  name: "bytes",
  promise: "any bytes leave every parser alive, with one meaning, and both twins in agreement",
  open: async () => {
    const { targets, close } = await openTextTargets();
    const driver = await openDriver();
    let inputs = 0;
    let twinSteps = 0;
    const attempt = async (name: string, tally: Tally, run: () => Promise<string> | string): Promise<void> => {
      const started = performance.now();
      tally.count(name, await run());
      inputs++;
      const took = performance.now() - started;
      if (took > MOST_MILLISECONDS) throw new Error(`${name}: an input took ${Math.round(took)} ms`);
    };
    return {
      play: async (seed, tally) => {
        const random = new Random(seed);
        for (const { name, inputs: count, prepare } of BYTE_TARGETS) {
          const run = prepare(random);
          for (let i = 0; i < count; i++) {
            tally.count(name, run(random)); // without a clock: these are the many
            inputs++;
          }
        }
        for (const target of targets)
          for (let i = 0; i < target.inputs; i++) await attempt(target.name, tally, () => target.try(random));
        const steps: ParityCase[] = [];
        for (const one of endlessCases(random)) if (steps.push(one) === TWIN_STEPS) break;
        const answers = await driver.run(steps);
        steps.forEach((one, i) => {
          const wrong = disagreement(one, answers[i] as (typeof answers)[number]);
          if (wrong !== undefined) throw new Error(`twins, step ${i}: ${wrong}`);
        });
        twinSteps += TWIN_STEPS;
        tally.count("step of both twins", "agree", TWIN_STEPS);
      },
      figures: () => [`${inputs} inputs in TypeScript, ${twinSteps} steps through both twins`],
      close,
    };
  },
};

if (import.meta.main) await main(bytes);
