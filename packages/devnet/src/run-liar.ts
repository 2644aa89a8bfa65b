/** Runs the lying proposer beside the honest ones, until it is stopped. */
import { join } from "node:path";

import type { Deployment } from "@lakh/bindings";
import { type LakhNode, countItems, createTruth, followerOptions, openFollower } from "@lakh/node";
import { EntryKind } from "@lakh/protocol";
import {
  connectL1,
  createLifecycle,
  createRegistry,
  createSender,
  memoryJournal,
  readOptions,
  runStepper,
  silentLog,
  systemClock,
} from "@lakh/service";
import { Wallet } from "ethers";

import { keyOf } from "./keys.ts";
import { type HonestSteps, createLiar } from "./liar.ts";
import type { BlobUrls } from "./nodes.ts";

export interface LiarRun {
  /** Rejects with the fault that ended it. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

export interface LiarSettings {
  readonly l1Url: string;
  readonly deployment: Deployment;
  readonly dir: string;
  readonly blobs: BlobUrls;
  /** L of the false claim. */
  readonly levels: number;
  /** Steps of the claim that are still true, where none of its entries is in blobs. */
  readonly honestSteps: number;
  /** Lies about nothing else than an item in blobs. */
  readonly isAboutBlobs: boolean;
}

const FEES = { mostWei: 200n * 10n ** 9n, tipWei: 10n ** 9n };
const POLL_MS = 250;

export async function runLiar(settings: LiarSettings): Promise<LiarRun> {
  const { l1Url, deployment, dir, blobs, levels } = settings;
  const log = silentLog();
  const clock = systemClock;
  const lifecycle = createLifecycle(log);
  const { signal } = lifecycle;
  const registry = createRegistry("liar");
  const l1 = await connectL1({ url: l1Url }, { log, clock, signal });
  lifecycle.onClose("l1", () => l1.provider.destroy());
  const sender = createSender(
    { fees: FEES },
    { l1, clock, log, registry, wallet: new Wallet(keyOf("liar")), journal: memoryJournal() },
  );
  const options = readOptions(followerOptions, { role: "liar", argv: [], env: {} });
  const follower = await openFollower(
    { ...options, ...blobs, dataDir: join(dir, "liar") },
    { deployment, l1: l1.provider, log, clock, lifecycle },
  );
  const honestSteps = stepsBeforeBlobs(follower, settings);
  const config = { claims: deployment.claims, fromBlock: deployment.deployedAtBlock, levels, honestSteps };
  const stepper = createLiar(config, { l1, sender, truth: createTruth(follower), log, registry });
  const done = runStepper({ stepper, intervalMilliseconds: POLL_MS, log, clock, signal });
  lifecycle.onClose("stepper", () => done.catch(() => undefined));
  const failed = done.then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined); // the story races against it
  return { failed, stop: () => lifecycle.stop("the liar is beaten") };
}

/** The lie is about the middle item of the claim's first entry in blobs, if it has one. */
function stepsBeforeBlobs(node: LakhNode, { honestSteps, isAboutBlobs }: LiarSettings): HonestSteps {
  return async (startEntry, endEntry) => {
    let steps = 0;
    for (let number = startEntry; number < endEntry; number++) {
      const entry = await node.entry(number);
      const items = countItems(entry);
      if (entry.header.kind === EntryKind.Blobs) return steps + Math.floor(items / 2);
      steps += items;
    }
    return isAboutBlobs ? undefined : honestSteps;
  };
}
