/**
 * kill -9 of the sequencer under full load: `npm run kill -- [--kills 10 --accounts N --seed N]`. The product of the bench,
 * as a process of its own, is killed again and again at random moments while its streams are full, and started again on what
 * it left on disk.
 *
 * Passes (exit status 0) when in the end all of this holds, else fails (1):
 * - each envelope that was ever acknowledged stands at the place that its receipt says, behind the acc that it says, with the bytes
 *   that were sent, and its receipt is signed by the sequencer;
 * - the history that the node holds, executed once more from the first state, has no envelope without effect (one that stands
 *   twice would have a used nonce), and gives the node's state root.
 */
import { parseArgs } from "node:util";

import { takeSnapshot } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";
import { equalBytes } from "@lakh/protocol";

import { Random } from "../test/support/random.ts";
import { execute, historyOf } from "./kill/history.ts";
import { type LoadUntilKill, loadUntilKill } from "./kill/load.ts";
import { PART_ENVELOPES, makeCorpus } from "./load/corpus.ts";
import { cutFrames } from "./load/frames.ts";
import { makeWorld } from "./load/world.ts";
import { describeMachine } from "./machine.ts";
import { ownFolder } from "./stack/ending.ts";
import { mineEvery, startAnvil } from "./stack/l1.ts";
import { rpc } from "./stack/processes.ts";
import { deploy, startProduct, worldConfig } from "./stack/product.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "10" },
    accounts: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
  },
});
const [kills, accounts, seed] = [values.kills, values.accounts, values.seed].map(Number) as [number, number, number];
const FRAME = 500;
/** A kill comes so long after the first result, milliseconds. */
const EARLIEST = 50;
const LATEST = 1_000;
/** One result in so many has its signature checked, as well as the places of all. */
const CHECK_EVERY = 50;

async function kill(): Promise<boolean> {
  const machine = describeMachine("native");
  console.log(`revision ${machine.revision} · ${machine.cpu}, ${machine.cores} cores · node ${machine.node}`);
  console.log(`${kills} kills · ${accounts} accounts · mix · seed ${seed}`);
  const random = new Random(seed);
  const folder = ownFolder("lakh-kill-");
  const l1 = await startAnvil(folder);
  const deployment = await deploy(l1.url);
  await mineEvery(l1.url, 1);
  const kernels = await loadKernels();
  const config = worldConfig(deployment);
  const engine = makeWorld(config, accounts, kernels);
  const snapshot = takeSnapshot(engine);
  const corpus = await makeCorpus(engine, { accounts, mix: "mix" }, kills * PART_ENVELOPES, machine.cores);
  const options = { maxUnpostedBytes: 2 ** 36, logBytes: 2 ** 40 };
  const start = () =>
    startProduct({ mode: "sequencer", l1Url: l1.url, deployment, snapshot, folder, options, kernels: "native" });

  const loads: LoadUntilKill[] = [];
  for (let i = 0; i < kills; i++) {
    const { process: node, streamUrl } = await start();
    const frames = cutFrames(corpus.folder, i * PART_ENVELOPES, PART_ENVELOPES, FRAME);
    const after = EARLIEST + random.below(LATEST - EARLIEST);
    let timer: NodeJS.Timeout | undefined;
    const load = await loadUntilKill(streamUrl, frames, () => {
      timer = setTimeout(() => process.kill(node.pid, "SIGKILL"), after);
    });
    clearTimeout(timer);
    if (node.ended() === undefined) process.kill(node.pid, "SIGKILL"); // all was acknowledged before its time
    await node.stop();
    loads.push(load);
    const acknowledged = load.results.reduce((sum, { accepted }) => sum + accepted, 0);
    console.log(`kill ${i + 1}: ${after} ms after the first result, ${acknowledged} of ${load.sent} acknowledged`);
  }
  const { process: node, httpUrl } = await start();
  const history = await historyOf(httpUrl).catch((cause: unknown) => {
    throw new Error(node.ended() ?? "the node answers no more, but runs", { cause });
  });
  const { lost, kept, badSeals } = await compare(loads, history.entries);
  const again = execute(history, snapshot, config, kernels);
  const { stateRoot } = (await rpc(httpUrl, "lakh_getMachine", [history.entries.size])) as { stateRoot: string };
  const isSame = stateRoot === again.engine.stateRoot();
  await node.stop();
  await l1.process.stop();
  const signatures = badSeals === 0 ? "all receipts looked at are signed" : `${badSeals} BAD RECEIPTS`;
  console.log(`${kept} acknowledged envelopes stand where promised, ${lost} do not; ${signatures}`);
  console.log(`${again.executed} envelopes in ${history.entries.size} entries, each executed once`);
  console.log(
    isSame ? "executed once more they give the node's state" : "THE NODE'S STATE IS NOT WHAT ITS HISTORY GIVES",
  );
  return lost === 0 && badSeals === 0 && isSame && again.executed >= kept;
}

/** Looks for each acknowledged envelope at the place that its receipt says. */
async function compare(
  loads: readonly LoadUntilKill[],
  entries: Awaited<ReturnType<typeof historyOf>>["entries"],
): Promise<{ kept: number; lost: number; badSeals: number }> {
  let [kept, lost, badSeals, looked] = [0, 0, 0, 0];
  for (const result of loads.flatMap((load) => load.results)) {
    if (looked++ % CHECK_EVERY === 0 && !(await result.verify())) badSeals++;
    for (const { item, place } of result.accepted === 0 ? [] : result.places()) {
      const entry = entries.get(Number(place.entry));
      const [start, end] = [entry?.starts[place.position], entry?.ends[place.position]];
      const isKept = equalBytes(entry?.data.subarray(start ?? 0, end ?? 0) ?? new Uint8Array(), item);
      if (isKept && entry?.accBefore === place.accBefore) kept++;
      else lost++;
    }
  }
  return { kept, lost, badSeals };
}

process.exitCode = (await kill()) ? 0 : 1;
