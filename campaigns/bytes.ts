/** Fuzz of everything that parses, by grammar and by coverage: no crash, no hang, no value with two forms, no disagreement between the twins. */
import { existsSync, readdirSync } from "node:fs";

import { EntryKind } from "@lakh/protocol";

import { ParityError, endlessCases } from "../test/parity/campaign.ts";
import { type ParityCase, disagreement, openDriver } from "../test/parity/driver.ts";
import { Random } from "../test/support/random.ts";
import { blobs } from "./lib/blob-targets.ts";
import type { Campaign, Cases, Tally } from "./lib/campaign.ts";
import { CODEC_TARGETS } from "./lib/codec-targets.ts";
import { type Guided, openGuided } from "./lib/guided.ts";
import { main } from "./lib/main.ts";
import { STATE_TARGETS } from "./lib/state-targets.ts";
import { type ByteTarget, type WireTarget, mutating } from "./lib/targets.ts";
import { openWireTargets } from "./lib/wire-targets.ts";

const BYTE_TARGETS: readonly ByteTarget[] = [...CODEC_TARGETS.map(mutating), blobs, ...STATE_TARGETS];
/** Every so many rounds some inputs are guided by coverage: looking at it takes longer than the inputs do. */
const GUIDED_ROUNDS = 20;
const GUIDED_SHARE = 0.2;
/** Steps a round that go through the contract too. */
const TWIN_STEPS = 1024;
/** No input with a wire or a file may take longer, and no round of a parser in memory. */
const MOST_MILLISECONDS = 60_000;

const OPEN_FILES = "/proc/self/fd";
/** Connections come and go; what a parser leaves open stays. */
const MOST_MORE_FILES = 40;

const STEP_NAMES = {
  [EntryKind.Calldata]: "of a batch",
  [EntryKind.Blobs]: "in blobs",
  [EntryKind.Queue]: "of a queue",
};

/** @param share of a round's inputs and steps that is played, for a short form */
export function bytesCampaign(share: number): Campaign {
  return {
    name: "bytes",
    promise: "any bytes leave every parser alive, with one meaning, and both twins in agreement",
    open: () => openCases(share),
  };
}

async function openCases(share: number): Promise<Cases> {
  const { targets, close } = await openWireTargets();
  const driver = await openDriver();
  const part = (whole: number): number => Math.ceil(whole * share);
  let inputs = 0;
  let twinSteps = 0;
  let found = 0;
  let guided: Guided | undefined;
  let filesAtFirst: number | undefined;

  function tryBytes({ name, inputs: whole, prepare }: ByteTarget, random: Random, tally: Tally): void {
    const run = prepare(random);
    for (let i = part(whole); i > 0; i--) tally.count(name, run(random));
    inputs += part(whole);
  }

  async function tryGuided(seed: number, tally: Tally): Promise<void> {
    if (seed % GUIDED_ROUNDS !== 0) return;
    guided ??= openGuided();
    const answer = await guided.play({ seed, share: GUIDED_SHARE * share });
    found += answer.found;
    for (const [name, result, times] of answer.rows) {
      tally.count(name, result, times);
      inputs += times;
    }
  }

  async function tryWire(
    { name, inputs: whole, try: attempt }: WireTarget,
    random: Random,
    tally: Tally,
  ): Promise<void> {
    for (let i = part(whole); i > 0; i--, inputs++) tally.count(name, await inTime(name, () => attempt(random)));
  }

  async function trySteps(seed: number, steps: readonly ParityCase[], tally: Tally): Promise<void> {
    const answers = await driver.run(steps);
    steps.forEach((one, i) => {
      const wrong = disagreement(one, answers[i] as (typeof answers)[number]);
      if (wrong !== undefined) throw new ParityError(seed, i, one, wrong);
      tally.count("step of both twins", STEP_NAMES[one.entry.header.kind]);
    });
    twinSteps += steps.length;
  }

  return {
    play: async (seed, tally) => {
      const random = new Random(seed);
      for (const target of BYTE_TARGETS) await inTime(target.name, () => tryBytes(target, random, tally));
      const steps: ParityCase[] = [];
      for (const one of endlessCases(random)) if (steps.push(one) === part(TWIN_STEPS)) break;
      // All of them wait for something else than this thread now and then: they do so side by side.
      const wires = targets.map((target) => tryWire(target, new Random(random.u32()), tally));
      await Promise.all([...wires, trySteps(seed, steps, tally), tryGuided(seed, tally)]);
      filesAtFirst ??= openFiles();
      const more = openFiles() - filesAtFirst;
      if (more > MOST_MORE_FILES) throw new Error(`${more} files more are open than after the first round`);
    },
    figures: () => [
      `${inputs} inputs in TypeScript, ${twinSteps} steps through both twins`,
      `${found} guided inputs reached code that their seeds had not`,
    ],
    close: async () => {
      await guided?.close();
      await close();
    },
  };
}

/** Files and sockets that this process has open; 0 where the system does not say. */
function openFiles(): number {
  return existsSync(OPEN_FILES) ? readdirSync(OPEN_FILES).length : 0;
}

async function inTime<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  const took = performance.now() - started;
  if (took > MOST_MILLISECONDS) throw new Error(`${name}: it took ${Math.round(took)} ms`);
  return result;
}

if (import.meta.main) await main(bytesCampaign(1));
