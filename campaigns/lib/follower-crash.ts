/** A follower killed again and again while L1 grows, goes back and confirms claims: it ends in the state that L1 gives. */
import { stat } from "node:fs/promises";
import { join } from "node:path";

import { loadKernels } from "@lakh/kernels";
import { LakhNode } from "@lakh/node";
import { MAX_BATCH } from "@lakh/protocol";
import { type Stepper, silentLog } from "@lakh/service";
import { expect } from "chai";

import { type Rollup, WINDOWS, openRollup, rubbish } from "../../test/agents/rollup.ts";
import { serveL1 } from "../../test/node/l1-server.ts";
import { STORE } from "../../test/node/people.ts";
import { serveNode } from "../../test/node/serve.ts";
import { HandClock, onCleanUp, settle, tempDir } from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";
import { ask } from "./ask.ts";
import type { Tally } from "./campaign.ts";
import type { Death } from "./crash-plan.ts";
import { type DaemonConfig, type DaemonRun, startDaemon } from "./daemon-child.ts";
import { awaitDeath, dieAt, seen, timeOf } from "./deaths.ts";
import { fork } from "./fork.ts";
import { pause } from "./pause.ts";

const FANOUT = 1024;
const FINALITY = 2;
/** Little, so that snapshots are taken, offered and the archive pruned all the time. */
const OPTIONS = {
  mode: "follower",
  "l1-finality-blocks": FINALITY,
  "snapshot-items": 1,
  "snapshot-keep": 3,
  "snapshot-offers": 2,
  "archive-entries": "unconfirmed",
  "verify-threads": 1,
} as const;
/** Items of an entry: more than there are objects, so that each brings a snapshot. */
const ITEMS = 12;
/** Batches that together are worth pruning, and a byte more than that. */
const LONG_BATCHES = 12;
const WORTH_PRUNING_BYTES = 1 << 20;
/** Longest life of a run that is killed at a random moment. */
const LIFE_MILLISECONDS = 1_000;
const LOOK_MILLISECONDS = 50;
/** After so long a peer asks L1 again what is confirmed. */
const LOOK_AGAIN_MILLISECONDS = 10_000;
const MOST_STEPS = 30;

const kernels = await loadKernels();

interface Stage {
  readonly rollup: Rollup;
  readonly proposer: Stepper;
  /** Gives its state at the latest confirmed claim, and the time by which it looks for one. */
  readonly peer: LakhNode;
  readonly clock: HandClock;
  readonly config: DaemonConfig;
  readonly random: Random;
}

export async function playFollowerCrashes(random: Random, deaths: readonly Death[], tally: Tally): Promise<void> {
  const stage = await openStage(random);
  const { config } = stage;
  await dieAt({ daemon: "follower", deaths, tally }, async (death) => {
    if (death?.endsWith("@offers")) await confirmMore(stage);
    if (death === "archive-renaming" || death?.endsWith("@l1.records.new")) await makePrunable(stage);
    const run = startDaemon(config, death && { place: death, time: timeOf(death, random) });
    const life = random.below(LIFE_MILLISECONDS);
    const [reached] = await Promise.all([awaitDeath(run, death, life), provoke(stage, run, death)]);
    return reached;
  });
  await expectConverged(stage, tally);
}

/** Two accounts, an entry of items, a confirmed claim over both, and a peer that gives the state there. */
async function openStage(random: Random): Promise<Stage> {
  const rollup = await openRollup(FANOUT);
  const { walletOf, deposit, postQueue, deployment } = rollup;
  const l1 = await serveL1(rollup.rpc);
  onCleanUp(l1.close);
  for (const name of ["alice", "bob"]) await deposit(walletOf(name).address, 1_000n);
  await postQueue();
  const clock = new HandClock();
  const peer = await open(rollup, { snapshotOffers: 2, clock });
  const options = Object.entries({ ...OPTIONS, "snapshot-url": await serveNode(peer) });
  const flags = options.flatMap(([name, value]) => [`--${name}`, String(value)]);
  const dataDir = await tempDir();
  const config = { role: "node", l1Url: l1.url, deployment, dataDir, options: flags } as const;
  const stage = { rollup, proposer: await rollup.proposer("proposer"), peer, clock, config, random };
  await confirmMore(stage);
  return stage;
}

interface NodeParts {
  readonly dataDir?: string;
  readonly snapshotOffers?: number;
  readonly clock?: HandClock;
}

async function open(
  { deployment, provider: l1 }: Rollup,
  { dataDir, snapshotOffers = 0, clock = new HandClock() }: NodeParts = {},
): Promise<LakhNode> {
  const config = { deployment, ...STORE, dataDir, finalityBlocks: FINALITY, snapshotOffers };
  const node = await LakhNode.open(config, { l1, kernels, log: silentLog(), clock });
  onCleanUp(() => node.close());
  return node;
}

/** One more entry, and a claim over all of them that is confirmed in a final block, which the peer knows. */
async function confirmMore({ rollup, proposer, peer, clock }: Stage): Promise<void> {
  const { networkHelpers, postBatch } = rollup;
  await postBatch(rubbish(ITEMS));
  for (let step = 0; step < MOST_STEPS; step++) {
    const { did } = await proposer.step();
    const claims = [...(await rollup.view()).claims.values()];
    if (did.length === 0 && claims.every(({ status }) => status === "Confirmed")) break;
    if (did.length === 0) await networkHelpers.time.increase(WINDOWS.challengeSeconds);
  }
  await networkHelpers.mine(FINALITY);
  await settle(peer);
  clock.milliseconds += LOOK_AGAIN_MILLISECONDS;
}

/** Long batches that the follower has, behind them a snapshot, and a confirmed claim over both. */
async function makePrunable(stage: Stage): Promise<void> {
  const { rollup, config } = stage;
  const archive = await stat(join(config.dataDir, "node/l1.records"));
  if (archive.size > WORTH_PRUNING_BYTES) return;
  for (let i = 0; i < LONG_BATCHES; i++) await rollup.postBatch(new Uint8Array(MAX_BATCH));
  await confirmMore(stage);
  const run = startDaemon(config);
  await seen(run, await rollup.inbox.length());
  run.kill();
  await run.ended;
}

/** The node is busy with it, has none yet, or is gone. */
const ignore = (): undefined => undefined;

/** Makes what the place needs happen until the run is over: L1 grows, goes back, somebody asks for a snapshot. */
async function provoke({ rollup, random }: Stage, run: DaemonRun, death: Death): Promise<void> {
  while (!run.isOver) {
    if (death === "archive-rolled-back") await fork(rollup, 1, random, { left: () => seenBatch(rollup, run) });
    else await seenBatch(rollup, run);
    if (death?.endsWith("@offers") && run.url !== undefined) await ask(run.url, "lakh_snapshot").catch(ignore);
    await pause(LOOK_MILLISECONDS);
  }
}

async function seenBatch(rollup: Rollup, run: DaemonRun): Promise<void> {
  await rollup.postBatch(rubbish(ITEMS));
  await seen(run, await rollup.inbox.length());
}

/** @throws AssertionError unless the follower ends where a fresh one does */
async function expectConverged({ rollup, config }: Stage, tally: Tally): Promise<void> {
  const last = startDaemon(config);
  await seen(last, await rollup.inbox.length());
  last.kill();
  await last.ended;
  const again = await open(rollup, { dataDir: join(config.dataDir, "node") });
  const fresh = await open(rollup);
  await settle(again, fresh);
  expect(again.safeLength, "entries").to.equal(Number(await rollup.inbox.length()));
  expect(again.engine.machineHash(), "machine").to.equal(fresh.engine.machineHash());
  for (let entry = 0; entry <= again.safeLength; entry++)
    expect(again.accAt(entry), `order at entry ${entry}`).to.equal(fresh.accAt(entry));
  for (let entry = again.chain.first; entry <= again.safeLength; entry++)
    expect(await again.machineAt(entry), `machine at entry ${entry}`).to.deep.equal(await fresh.machineAt(entry));
  tally.count("entry of L1's under a follower that was killed", "derived, in its place", again.safeLength);
}
