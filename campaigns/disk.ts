/** A disk that is really full, again and again, under a sequencer and a batcher that are under load. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { FaultCode } from "@lakh/node";
import { expect } from "chai";

import { cleanUp, onCleanUp, tempDir } from "../test/node/world.ts";
import { Random } from "../test/support/random.ts";
import { openBatcherStage } from "./lib/batcher-crash.ts";
import type { Campaign, Tally } from "./lib/campaign.ts";
import { type DaemonConfig, type DaemonRun, startDaemon } from "./lib/daemon-child.ts";
import type { EnvelopeLoad } from "./lib/envelope-load.ts";
import { main } from "./lib/main.ts";
import { pause } from "./lib/pause.ts";
import { type SequencerStage, expectKept, openStage, postUntil } from "./lib/sequencer-crash.ts";
import { SmallDisk } from "./lib/small-disk.ts";

const DISK_BYTES = 16 << 20;
/** Times that the disk fills up in a case. */
const FILLS = 3;
/** Most bytes that are left at first: the load takes them, snapshots find them too few. */
const MOST_LEFT_BYTES = 1 << 16;
/** Envelopes acknowledged before the disk is filled, and after it has room again. */
const ENVELOPES = 50;
const LOOK_MILLISECONDS = 50;
const MOST_LOOKS = 1_200;
/** Looks at a full disk, at which nothing may happen. */
const FULL_LOOKS = 20;

export const disk: Campaign = {
  name: "disk",
  promise:
    "on a full disk daemons wait and say so, promise nothing, and go on by themselves; nothing is lost or done twice",
  open: async () => {
    const whyNot = await SmallDisk.whyNot().finally(cleanUp);
    if (whyNot !== undefined)
      throw new Error(`no file system can be mounted here; run as root, or under unshare -rm: ${whyNot}`);
    return {
      play: async (seed, tally) => {
        try {
          await (seed % 2 === 0 ? fillUnderSequencer : fillUnderBatcher)(new Random(seed), tally);
        } finally {
          await cleanUp();
        }
      },
      close: cleanUp,
    };
  },
};

async function fillUnderSequencer(random: Random, tally: Tally): Promise<void> {
  const dataDir = await tempDir();
  const small = await SmallDisk.mount(join(dataDir, "node"), DISK_BYTES);
  const stage = await openStage(dataDir);
  const { world, config, load } = stage;
  const run = startOn(config);
  const living = Promise.all([load.until(run), postUntil(world, run)]);
  living.catch(() => run.kill()); // told below
  for (let i = 0; i < FILLS; i++) {
    await acknowledgesMore(stage, run);
    await small.fill(random.below(MOST_LEFT_BYTES));
    const before = load.busy("DiskFull");
    await until(() => load.probe(run).then(() => load.busy("DiskFull") > before), run, `${FaultCode.Busy} DiskFull`);
    // What was accepted before may still find room, where another file found none; then nothing does.
    await until(() => isStill(load), run, "an end of acknowledgements");
    expect((await run.health())?.fault).to.equal("DiskFull");
    expect(await gaugeOf(run, "lakh_node_disk_full")).to.equal(1);
    tally.count("disk full under a sequencer", "refused with DiskFull, nothing acknowledged");
    await small.free();
    await acknowledgesMore(stage, run);
    expect(await gaugeOf(run, "lakh_node_disk_full")).to.equal(0);
    tally.count("room again under a sequencer", "accepts");
  }
  run.kill();
  await Promise.all([run.ended, living]);
  await expectKept(stage, tally);
}

/** Whether nothing is acknowledged for a while. */
async function isStill({ acknowledged }: EnvelopeLoad): Promise<boolean> {
  const { size } = acknowledged;
  for (let look = 0; look < FULL_LOOKS; look++) await pause(LOOK_MILLISECONDS);
  return acknowledged.size === size;
}

async function acknowledgesMore({ load }: SequencerStage, run: DaemonRun): Promise<void> {
  const due = load.acknowledged.size + ENVELOPES;
  await until(() => load.acknowledged.size >= due, run, "acknowledged envelopes");
}

async function fillUnderBatcher(random: Random, tally: Tally): Promise<void> {
  const dataDir = await tempDir();
  const small = await SmallDisk.mount(join(dataDir, "batcher"), DISK_BYTES);
  const stage = await openBatcherStage(dataDir, random.pick(["calldata", "blobs"]));
  const run = startOn(stage.config);
  const journal = join(small.folder, `transactions-${stage.world.batcher.address}.json`);
  let sealed = await stage.landed();
  const allLanded = () => stage.landed().then((landed) => landed >= sealed);
  for (let i = 0; i < FILLS; i++) {
    await stage.seal();
    sealed++;
    await until(allLanded, run, "entries on L1");
    await until(() => readFile(journal, "utf8").then((text) => text === "[]"), run, "an empty journal");
    await small.fill(0);
    await stage.settle();
    await stage.seal();
    sealed++;
    await until(() => run.health().then((health) => health?.fault === "JournalIo"), run, "JournalIo");
    for (let look = 0; look < FULL_LOOKS; look++) await pause(LOOK_MILLISECONDS);
    expect(await stage.landed(), "entries that landed without a journal").to.equal(sealed - 1);
    tally.count("disk full under a batcher", "nothing sent, JournalIo in its health");
    await small.free();
    await until(allLanded, run, "entries on L1");
    await until(() => run.health().then((health) => health?.fault === null), run, "good health");
    tally.count("room again under a batcher", "posts");
    await stage.settle();
  }
  await stage.expectLanded(tally);
  run.kill();
  await run.ended;
}

/** A run that ends before its disk is taken away. */
function startOn(config: DaemonConfig): DaemonRun {
  const run = startDaemon(config);
  onCleanUp(async () => {
    run.kill();
    await run.ended.catch(() => undefined); // told before
  });
  return run;
}

/** Waits for something. @throws Error when the run ends before, or it takes too long */
async function until(isSo: () => boolean | Promise<boolean>, run: DaemonRun, what: string): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    if (await isSo()) return;
    if (run.isOver) break;
    await pause(LOOK_MILLISECONDS);
  }
  if (run.isOver) await run.ended;
  throw new Error(`waited in vain for ${what}`);
}

async function gaugeOf(run: DaemonRun, name: string): Promise<number | undefined> {
  const text = await fetch(`${run.url}/metrics`).then((answer) => answer.text());
  const line = text.split("\n").find((one) => one.startsWith(`${name}{`));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

if (import.meta.main) await main(disk);
