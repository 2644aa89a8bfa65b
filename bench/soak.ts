/**
 * Full load for long, with everything on: posting to L1, a follower attached. `npm run soak -- --seconds N [--accounts N
 * --unposted BYTES --rate N]`. L1 takes far less than the sequencer could accept: once `--unposted` bytes wait, the stream slows
 * down to what is posted, and memory must stay where it is.
 *
 * Prints a line every few seconds. Passes (exit status 0) when all of this holds, else fails (1):
 * - everything sent was acknowledged, and the receipts looked at are good;
 * - the follower's state at the end is the sequencer's;
 * - memory is flat: of each node, the median of the resident memory in the last third of the looks is at most 5 % above the
 *   one in the middle third (the first third is warm-up).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { takeSnapshot } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";

import { makeCorpus } from "./load/corpus.ts";
import { LoadProcess } from "./load/driver.ts";
import { makeWorld } from "./load/world.ts";
import { describeMachine } from "./machine.ts";
import { mineEvery, startAnvil } from "./stack/l1.ts";
import { MIB, type Memory, describeMemory, growthOf, memoryOf } from "./stack/memory.ts";
import { residentBytes, rpc } from "./stack/processes.ts";
import { deploy, startBatcher, startProduct, worldConfig } from "./stack/product.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    accounts: { type: "string", default: "100000" },
    unposted: { type: "string", default: String(16 * 2 ** 20) },
    rate: { type: "string" },
  },
});
const [seconds, accounts, unposted] = [values.seconds, values.accounts, values.unposted].map(Number) as [
  number,
  number,
  number,
];
const LOOK_MS = 5_000;
/** Signed for each second: more than is accepted once posting sets the pace. */
const MOST_PER_SECOND = 60_000;
/** Block gas: about forty full batches, twelve times what blobs carry. */
const GAS_LIMIT = 200_000_000;
const PATIENCE_MS = 300_000;
/** Growth of the median resident memory from the middle third to the last that still counts as flat. */
const FLAT = 1.05;

interface Heads {
  readonly unsafe: { readonly entry: number; readonly stateRoot: string };
  readonly safe: { readonly entry: number; readonly stateRoot: string };
  readonly finalized: { readonly entry: number };
}

const headsOf = (url: string): Promise<Heads> => rpc(url, "lakh_heads") as Promise<Heads>;

const folder = mkdtempSync(join(tmpdir(), "lakh-soak-"));
const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];

async function soak(): Promise<boolean> {
  const machine = describeMachine("native");
  console.log(`revision ${machine.revision} · ${machine.cpu}, ${machine.cores} cores · node ${machine.node}`);
  console.log(
    `${accounts} accounts · mix · ${values.rate ?? "full load"} for ${seconds} s · at most ${unposted / MIB} MiB unposted`,
  );
  const l1 = await startAnvil(folder, ["--gas-limit", String(GAS_LIMIT), "--prune-history"]);
  stops.push(() => l1.process.stop());
  const deployment = await deploy(l1.url);
  await mineEvery(l1.url, 1);
  const engine = makeWorld(worldConfig(deployment), accounts, await loadKernels());
  const snapshot = takeSnapshot(engine);
  const rate = values.rate === undefined ? undefined : Number(values.rate);
  const count = seconds * (rate ?? MOST_PER_SECOND);
  const { folder: corpus } = await makeCorpus(engine, { accounts, mix: "mix" }, count, machine.cores);

  const common = { l1Url: l1.url, deployment, snapshot, folder, kernels: "native" };
  const options = { snapshotItems: 1e9, l1FinalityBlocks: 8, pollMilliseconds: 200 };
  const sequencerOptions = { ...options, maxUnpostedBytes: unposted };
  const sequencer = await startProduct({ ...common, mode: "sequencer", options: sequencerOptions });
  stops.push(() => sequencer.process.stop());
  const follower = await startProduct({ ...common, mode: "follower", options });
  stops.push(() => follower.process.stop());
  const batcher = startBatcher({ l1Url: l1.url, folder, nodeUrl: sequencer.httpUrl });
  stops.push(() => batcher.stop());

  const load = new LoadProcess();
  stops.push(() => load.stop());
  await load.prepare({
    url: sequencer.streamUrl,
    folder: corpus,
    from: 0,
    count,
    frameItems: 500,
    connections: 4,
    window: 12,
    seconds,
    rate,
  });
  const begun = performance.now();
  const looks = { sequencer: [] as Memory[], follower: [] as Memory[] };
  const look = async (): Promise<void> => {
    const [own, followed] = [await headsOf(sequencer.httpUrl), await headsOf(follower.httpUrl)];
    const at = Math.round((performance.now() - begun) / 1000);
    const [owns, follows] = [await memoryOf(sequencer.httpUrl), await memoryOf(follower.httpUrl)];
    looks.sequencer.push(owns);
    looks.follower.push(follows);
    console.log(
      `${String(at).padStart(5)} s  sealed ${own.unsafe.entry}  on L1 ${own.safe.entry}  final ${own.finalized.entry}  ` +
        `follower ${followed.safe.entry}  sequencer ${describeMemory(owns)}  follower ${describeMemory(follows)}  ` +
        `batcher ${Math.round(residentBytes(batcher.pid) / MIB)} MiB`,
    );
  };
  const timer = setInterval(() => void look().catch((error: unknown) => console.log(String(error))), LOOK_MS);
  const report = await load.run().finally(() => clearInterval(timer));
  console.log(
    `acknowledged ${report.acknowledged} of ${report.sent} in ${report.seconds.toFixed(1)} s: ` +
      `${Math.round(report.acknowledged / report.seconds)}/s, p50 ${report.p50.toFixed(0)} ms, p99 ${report.p99.toFixed(0)} ms; ` +
      `receipts checked: ${report.seals.good} good of ${report.seals.checked}`,
  );
  const isFlat = Object.entries(looks)
    .map(([name, memory]) => staysFlat(name, memory))
    .every(Boolean);
  const agrees = await sameState(sequencer.httpUrl, follower.httpUrl);
  console.log(agrees ? "the follower's state is the sequencer's" : "THE FOLLOWER'S STATE IS NOT THE SEQUENCER'S");
  const isAcknowledged = report.sent === report.acknowledged && report.seals.good === report.seals.checked;
  console.log(isFlat && agrees && isAcknowledged ? "PASSED" : "FAILED");
  return isFlat && agrees && isAcknowledged;
}

function staysFlat(name: string, memory: readonly Memory[]): boolean {
  const { middle, last } = growthOf(memory);
  const isFlat = last <= FLAT * middle;
  const [from, to] = [middle, last].map((bytes) => (bytes / MIB).toFixed(0));
  const percent = (100 * (last / middle - 1)).toFixed(1);
  console.log(
    `${name} memory: ${from} MiB in the middle third, ${to} in the last: ${percent} % (${isFlat ? "flat" : "GROWS"})`,
  );
  return isFlat;
}

/** Waits until everything sealed is on L1 and followed; whether both nodes then have one state. */
async function sameState(sequencer: string, follower: string): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const [own, followed] = [await headsOf(sequencer), await headsOf(follower)];
    const isDone = own.safe.entry === own.unsafe.entry && followed.safe.entry === own.safe.entry;
    if (isDone) return own.safe.stateRoot === followed.safe.stateRoot;
    if (performance.now() > end) throw new Error("not everything sealed reached L1 and the follower in time");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

try {
  process.exitCode = (await soak()) ? 0 : 1;
} finally {
  for (const stop of stops.reverse()) await stop();
}
