/** A sequencer killed again and again under load: what it acknowledged stands in its place, and nothing is executed twice. */
import { appendFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { type LakhNode, receiptOf } from "@lakh/node";
import { expect } from "chai";

import { SEQUENCER_KEY } from "../../test/node/people.ts";
import { serveL1 } from "../../test/node/l1-server.ts";
import {
  type World,
  deposit,
  newWorld,
  onCleanUp,
  openFollower,
  openSequencer,
  person,
  post,
  settle,
  tempDir,
} from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";
import { ask } from "./ask.ts";
import type { Tally } from "./campaign.ts";
import type { Death } from "./crash-plan.ts";
import { deploymentOf } from "./crash-world.ts";
import { type DaemonConfig, type DaemonRun, startDaemon } from "./daemon-child.ts";
import { awaitDeath, dieAt, seen, timeOf } from "./deaths.ts";
import { EnvelopeLoad } from "./envelope-load.ts";
import { fork } from "./fork.ts";
import { pause } from "./pause.ts";

/** Blocks behind the head that are final: a fork of one block is none too deep. */
const FINALITY = 2;
/** Little, so that entries are sealed, snapshots taken and the log cut all the time. */
const OPTIONS = {
  mode: "sequencer",
  "seal-bytes": 4096,
  "seal-milliseconds": 50,
  "log-bytes": 1 << 14,
  "snapshot-items": 100,
  "snapshot-keep": 3,
  "l1-finality-blocks": FINALITY,
  "verify-threads": 1,
} as const;
const FILES = ["sequencer.records", "l1.records", "results.records"] as const;
/** Longest life of a run that is killed at a random moment. */
const LIFE_MILLISECONDS = 1_000;
const LOOK_MILLISECONDS = 20;
const MOST_LOOKS = 250;
const MOST_TORN_BYTES = 30;

export interface SequencerStage {
  readonly world: World;
  readonly config: DaemonConfig;
  readonly load: EnvelopeLoad;
  /** Its folder. */
  readonly folder: string;
}

export async function playSequencerCrashes(random: Random, deaths: readonly Death[], tally: Tally): Promise<void> {
  const stage = await openStage(await tempDir());
  const { world, config, load, folder } = stage;
  await dieAt({ daemon: "sequencer", deaths, tally }, async (death) => {
    const run = startDaemon(config, death && { place: death, time: timeOf(death, random) });
    const life = random.below(LIFE_MILLISECONDS);
    const forks = death === "archive-rolled-back" ? random : undefined;
    const { size } = load.acknowledged;
    const isLoaded = (): boolean => death !== undefined || load.acknowledged.size > size;
    const dying = awaitDeath(run, death, life, isLoaded);
    const [reached] = await Promise.all([dying, load.until(run), postUntil(world, run, forks)]);
    if (random.chance(0.5)) tally.count("torn write behind a file of the sequencer", await tear(folder, random));
    return reached;
  });
  await expectKept(stage, tally);
}

/** Two accounts with money, in the first entry; nothing in the sequencer's folder. */
export async function openStage(dataDir: string): Promise<SequencerStage> {
  const world = await newWorld();
  const l1 = await serveL1(world.provider);
  onCleanUp(l1.close);
  const first = await openSequencer(world, await tempDir());
  await deposit(world, person(1).address, 1_000_000n);
  await deposit(world, person(2).address, 5n);
  await settle(first);
  await post(world, first);
  await settle(first);
  const signer = { engine: await first.stateAt(first.chain.length) } as LakhNode;
  await first.close();
  const options = Object.entries(OPTIONS).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const key = SEQUENCER_KEY.privateKey;
  const config = { role: "node", l1Url: l1.url, deployment: deploymentOf(world), dataDir, key, options } as const;
  return { world, config, load: new EnvelopeLoad(signer), folder: join(dataDir, "node") };
}

interface Sealed {
  readonly accBefore: string;
  readonly kind: "calldata" | "queue";
  readonly time: string;
  readonly data?: string;
  readonly to?: string;
}

/** Posts what the run seals until it is over; with `forks` L1 takes some of it back. */
export async function postUntil(world: World, run: DaemonRun, forks?: Random): Promise<void> {
  while (!run.isOver) {
    if (forks !== undefined) await fork(world, 1, forks, { left: () => seenPost(world, run) });
    await postSealed(world, run, 100);
    await seen(run, await world.inbox.length()); // nothing is final before it has seen L1's head
    await pause(LOOK_MILLISECONDS);
  }
}

/** Posts an entry and waits until the run has seen it on L1. */
async function seenPost(world: World, run: DaemonRun): Promise<void> {
  const due = (await world.inbox.length()) + 1n;
  for (let look = 0; look < MOST_LOOKS && !run.isOver && (await world.inbox.length()) < due; look++) {
    await postSealed(world, run, 1);
    await pause(LOOK_MILLISECONDS);
  }
  await seen(run, due);
}

async function postSealed({ inbox, batcher }: World, run: DaemonRun, most: number): Promise<void> {
  if (run.url === undefined) return;
  const from = Number(await inbox.length());
  const sealed = await ask<Sealed[]>(run.url, "lakh_sealedEntries", [from, most]).catch(() => []);
  const hand = inbox.connect(batcher);
  for (const { accBefore, kind, time, data, to } of sealed)
    if (kind === "queue") await hand.appendQueue(accBefore, time, to ?? 0n);
    else await hand.appendBatch(accBefore, time, data ?? "0x");
}

/** Leaves a half-written record behind one of its files. @returns what the tally calls it */
async function tear(folder: string, random: Random): Promise<string> {
  const file = join(folder, random.pick(FILES));
  const isThere = await stat(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return "no file yet";
  await appendFile(file, random.bytes(1 + random.below(MOST_TORN_BYTES)));
  return "cut";
}

/** @throws AssertionError where something acknowledged is lost, twice, or not what was promised */
export async function expectKept({ world, folder, load }: SequencerStage, tally: Tally): Promise<void> {
  const again = await openSequencer(world, folder, {}, { snapshotItems: 100 });
  await settle(again);
  for (const { itemHash, entry, position, accBefore } of load.acknowledged.values())
    expect(await receiptOf(again, itemHash), itemHash).to.include({ entry, position, accBefore });
  world.clock.milliseconds += 1_000;
  await settle(again);
  await post(world, again);
  const follower = await openFollower(world);
  await settle(again, follower);
  expect(follower.engine.machineHash(), "machine").to.equal(again.engine.machineHash());
  const items = Array.from({ length: follower.chain.length }, (_, i) => follower.chain.at(i)?.outcomes.length ?? 0);
  const transfers = items.slice(1).reduce((sum, count) => sum + count, 0);
  const received = follower.engine.account(3)?.holdings[0]?.amount ?? 0n;
  expect(received, "every item was executed once, and none was void").to.equal(5n + BigInt(transfers));
  expect(transfers, "items").to.be.within(load.acknowledged.size, load.made);
  tally.count("envelope acknowledged by a sequencer that was killed", "executed once", load.acknowledged.size);
  tally.count("envelope under way at the last kill", "executed once", transfers - load.acknowledged.size);
}
