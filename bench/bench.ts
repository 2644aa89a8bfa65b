/**
 * The whole product under load: `npm run bench [-- --seconds N --accounts N --mix transfers|swaps|mix|csv:FILE --rate N
 * --kernels native|portable --repeats N --peers yes|no --json --svg FILE --profile FOLDER]`. How it is done: docs/PERFORMANCE.md.
 * Exit status 1 when something that was sent was not acknowledged, or a receipt is not what it should be.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { takeSnapshot } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";

import { makeCorpus } from "./load/corpus.ts";
import { LoadProcess } from "./load/driver.ts";
import type { LoadOrder } from "./load/orders.ts";
import { readSwaps } from "./load/swap-file.ts";
import { makeWorld } from "./load/world.ts";
import { describeMachine } from "./machine.ts";
import { measureLimits } from "./measure/limits.ts";
import { type RunFigures, loadRun, spreadOf } from "./measure/load-run.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { measurePeers } from "./peers/peers.ts";
import { type Figures, PACED_RATE } from "./report/figures.ts";
import { drawSvg } from "./report/svg.ts";
import { textOf } from "./report/text.ts";
import { mineEvery, startAnvil } from "./stack/l1.ts";
import { residentBytes } from "./stack/processes.ts";
import { deploy, startProduct, worldConfig } from "./stack/product.ts";

const WARM_UP_SECONDS = 4;
/** Longest run at 100,000 envelopes a second. */
const PACED_SECONDS = 20;
/** So many envelopes are signed for a saturated run, as a share of the recovery limit by CPU time; a faster node ends the run earlier. */
const MOST_OF_LIMIT = 0.45;
const SATURATED = { frameItems: 500, connections: 4, window: 12 };
const PACED = { frameItems: 100, connections: 4, window: 1_000_000 };
/** Posting is measured by the soak run; here everything that is sealed stays with the node. */
const NODE_OPTIONS = { maxUnpostedBytes: 2 ** 36, snapshotItems: 1e9, logBytes: 2 ** 40 };

async function bench(options: BenchOptions, say: (text: string) => void): Promise<Figures> {
  const { accounts, seconds, repeats, cores, rate } = options;
  const folder = mkdtempSync(join(tmpdir(), "lakh-bench-run-"));
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const machine = describeMachine(options.kernels);
    const kernels = await loadKernels(options.kernels);
    const l1 = await startAnvil(folder);
    stops.push(() => l1.process.stop());
    const deployment = await deploy(l1.url);
    await mineEvery(l1.url, 1);
    say(`making a state of ${accounts} accounts`);
    const engine = makeWorld(worldConfig(deployment), accounts, await loadKernels(""));
    const snapshot = takeSnapshot(engine);
    const mix = typeof options.mix === "string" ? options.mix : { file: readSwaps(options.mix.csv) };

    const first = await makeCorpus(engine, { accounts, mix }, 1, 1);
    say("measuring the limits");
    const limits = await measureLimits({
      engine,
      snapshot,
      kernels,
      kernelsName: options.kernels,
      corpus: first.folder,
      folder,
      accounts,
      cores,
    });
    const perSecond = rate ?? Math.ceil((MOST_OF_LIMIT * cores * 1e6) / limits.recovery.microseconds);
    const isPaced = rate === undefined && options.kernels === "native" && options.profile === undefined;
    const pacedRate = isPaced ? PACED_RATE : undefined;
    const pacedSeconds = Math.min(seconds, PACED_SECONDS);
    const counts = [WARM_UP_SECONDS * perSecond, ...Array.from({ length: repeats }, () => seconds * perSecond)];
    if (pacedRate !== undefined) counts.push(pacedRate * pacedSeconds);
    const total = counts.reduce((sum, count) => sum + count, 0);
    say(`signing up to ${total} envelopes (kept for the next run)`);
    const { folder: corpus } = await makeCorpus(engine, { accounts, mix }, total, cores);

    const product = await startProduct({
      mode: "sequencer",
      l1Url: l1.url,
      deployment,
      snapshot,
      folder,
      options: NODE_OPTIONS,
      kernels: options.kernels,
      ...(options.profile === undefined ? {} : { profile: options.profile }),
    });
    stops.push(() => product.process.stop());
    const nodeBytesPerAccount = residentBytes(product.process.pid) / accounts;
    const load = new LoadProcess();
    stops.push(() => load.stop());
    const pids = { node: product.process.pid, generator: load.pid, l1: l1.process.pid };
    let from = 0;
    const apply = async (count: number, limit: number, at: number | undefined): Promise<RunFigures> => {
      const shape = at === undefined ? SATURATED : PACED;
      const order: LoadOrder = {
        url: product.streamUrl,
        folder: corpus,
        from,
        count,
        seconds: limit,
        rate: at,
        ...shape,
      };
      from += count;
      return loadRun(load, order, pids);
    };
    say("warming up");
    await apply(counts[0] as number, WARM_UP_SECONDS, rate);
    const runs: RunFigures[] = [];
    for (let i = 0; i < repeats; i++) {
      say(`load ${i + 1} of ${repeats}`);
      runs.push(await apply(seconds * perSecond, seconds, rate));
    }
    const paced = pacedRate === undefined ? null : await apply(pacedRate * pacedSeconds, pacedSeconds, pacedRate);
    await product.process.stop();
    load.stop();
    await l1.process.stop();
    if (options.peers) say("measuring what a user would run instead");
    const peers = options.peers ? await measurePeers(folder, typeof mix === "string" ? mix : "swaps", kernels) : [];
    const name = typeof options.mix === "string" ? options.mix : `swaps of ${options.mix.csv}`;
    const inputs = { accounts, mix: name, rate: rate ?? null, seconds, repeats };
    return { machine, inputs, limits, runs, paced, peers, nodeBytesPerAccount };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

function draw({ runs, machine, inputs }: Figures, file: string): void {
  const { median } = spreadOf(runs.map(({ perSecond }) => perSecond));
  const nearest = runs.toSorted((a, b) => Math.abs(a.perSecond - median) - Math.abs(b.perSecond - median))[0];
  const rate = Math.round(median).toLocaleString("en");
  const title = `${rate} signed envelopes a second: ${inputs.mix}, ${inputs.accounts.toLocaleString("en")} accounts`;
  const subtitle = `${machine.cores} cores of ${machine.cpu}, the load generator on the same; kernels ${machine.kernels}; revision ${machine.revision}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, drawSvg(nearest?.slices ?? [], title, subtitle));
}

const options = readOptions(process.argv.slice(2));
const figures = await bench(options, (text) => process.stderr.write(`${text} …\n`));
draw(figures, options.svg);
process.stdout.write(options.json ? `${JSON.stringify(figures, null, 2)}\n` : `${textOf(figures)}\n`);
const all = [...figures.runs, ...(figures.paced === null ? [] : [figures.paced])];
const isHonest = all.every(({ sent, acknowledged, seals }) => sent === acknowledged && seals.checked === seals.good);
process.exitCode = isHonest ? 0 : 1;
