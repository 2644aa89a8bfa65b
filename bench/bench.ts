/**
 * The whole product under load: `npm run bench [-- --seconds N --warm-up N --accounts N --mix transfers|swaps|mix|csv:FILE --rate N
 * --kernels native|portable --repeats N --verifiers N --peers yes|no --stages --profile FOLDER --json --svg FILE]`.
 * How it is done, and what each option is for: docs/PERFORMANCE.md.
 * Exit status 1 when something that was sent was not acknowledged, or a receipt is not what it should be.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { loadKernels } from "@lakh/kernels";

import { describeMachine } from "./machine.ts";
import { prepareGround } from "./measure/ground.ts";
import { measureProduct } from "./measure/product-runs.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { measurePeers } from "./peers/peers.ts";
import { type Figures, loadsOf, threeOf } from "./report/figures.ts";
import { goalsOf } from "./report/goals.ts";
import { Phases } from "./report/phases.ts";
import { drawSvg } from "./report/svg.ts";
import { textOf } from "./report/text.ts";
import { ownFolder } from "./stack/ending.ts";

async function bench(options: BenchOptions): Promise<Figures> {
  const { accounts, seconds, warmUp, repeats, rate, verifiers } = options;
  const machine = describeMachine(options.kernels);
  const folder = ownFolder("lakh-bench-run-");
  const phases = new Phases((line) => process.stderr.write(`${line}\n`));
  const ground = await prepareGround(options, folder, phases);
  const product = await measureProduct(ground, options, folder, phases);
  await ground.l1.process.stop();
  const mix = typeof options.mix === "string" ? options.mix : "swaps";
  const peers = options.peers ? await measurePeers(folder, mix, await loadKernels(""), phases) : [];
  const name = typeof options.mix === "string" ? options.mix : `swaps of ${options.mix.csv}`;
  const inputs = { accounts, mix: name, rate: rate ?? null, seconds, warmUp, repeats, verifiers };
  return { machine, inputs, limits: ground.limits, follower: ground.follower, ...product, peers, phases: phases.done };
}

const options = readOptions(process.argv.slice(2));
const figures = await bench(options);
mkdirSync(dirname(options.svg), { recursive: true });
writeFileSync(options.svg, drawSvg(figures));
process.stdout.write(
  options.json
    ? `${JSON.stringify({ ...figures, three: threeOf(figures), goals: goalsOf(figures) }, null, 2)}\n`
    : `${textOf(figures)}\n`,
);
const isHonest = loadsOf(figures).every(
  ({ sent, acknowledged, seals }) => sent === acknowledged && seals.checked === seals.good,
);
process.exitCode = isHonest ? 0 : 1;
