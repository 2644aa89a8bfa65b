/** Runs the lying proposer beside the honest ones, until it is stopped. */
import { join } from "node:path";

import type { Deployment } from "@lakh/bindings";
import { createTruth, followerOptions, openFollower } from "@lakh/node";
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
import { createLiar } from "./liar.ts";
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
  /** Steps of the claim that are still true. */
  readonly honestSteps: number;
}

const FEES = { mostWei: 200n * 10n ** 9n, tipWei: 10n ** 9n };
const POLL_MS = 250;

export async function runLiar({ l1Url, deployment, dir, blobs, levels, honestSteps }: LiarSettings): Promise<LiarRun> {
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
  const config = { claims: deployment.claims, fromBlock: deployment.deployedAtBlock, levels, honestSteps };
  const stepper = createLiar(config, { l1, sender, truth: createTruth(follower), log, registry });
  const done = runStepper({ stepper, intervalMilliseconds: POLL_MS, log, clock, signal });
  lifecycle.onClose("stepper", () => done.catch(() => undefined));
  const failed = done.then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined); // the story races against it
  return { failed, stop: () => lifecycle.stop("the liar is beaten") };
}
