/** Everything that runs: L1, contracts, sequencer and follower in this process, the daemons as children. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Deployment, deployLakh, deploymentText, readParameters } from "@lakh/bindings";
import type { Hex } from "@lakh/protocol";
import type { LakhNode } from "@lakh/node";
import { createLifecycle, fatal, silentLog, systemClock } from "@lakh/service";
import { JsonRpcProvider, NonceManager, type Provider, Wallet } from "ethers";

import { type Child, startChild } from "./child.ts";
import { type BlobUrls, type DeafSwitch, startNode } from "./nodes.ts";
import { keyOf } from "./keys.ts";
import { REPO, findL1, startL1 } from "./l1.ts";
import type { DevnetOptions } from "./options.ts";

export interface Stack {
  readonly l1Url: string;
  readonly rpcUrl: string;
  readonly followerUrl: string;
  readonly deployment: Deployment;
  readonly deploymentFile: string;
  /** Transactions of the deployment. */
  readonly deployed: readonly Hex[];
  /** Where blobs come from. */
  readonly blobs: BlobUrls;
  /** How batches get to L1. */
  readonly da: DevnetOptions["da"];
  /** How long it took to start everything. */
  readonly startSeconds: number;
  /** Stores and logs. */
  readonly dir: string;
  /** Makes the sequencer deaf to the L1 queue. */
  readonly deaf: DeafSwitch;
  /** Rejects when any part ends by itself. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** How often the daemons look: L1 has a block a second. */
const POLL_MS = 250;
/** Until the batcher has started and KZG is loaded. */
const ADVICE_MS = 60_000;
const PARAMETERS = join(REPO, "parameters/devnet.json");
const MAIN = join(REPO, "packages/cli/src/main.ts");

/** Starts all, in order; on a failure everything is stopped again. @throws CodedError */
export async function startStack(options: DevnetOptions, say: (text: string) => void): Promise<Stack> {
  const started = performance.now();
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), "lakh-devnet-"));
  mkdirSync(dir, { recursive: true });
  const lifecycle = createLifecycle(silentLog());
  if (options.dir === undefined) lifecycle.onClose("folder", () => rmSync(dir, { recursive: true, force: true }));
  const failures: Promise<never>[] = [];
  const keep = (child: Child): void => {
    lifecycle.onClose(child.name, () => child.stop());
    failures.push(child.failed);
  };
  try {
    const l1 =
      options.l1 === undefined
        ? await startL1(options.l1Port, dir, options.da !== "calldata")
        : await findL1(options.l1);
    if (l1.child) keep(l1.child);
    say(`L1 at ${l1.url}`);
    const { deployment, deployed } = await deploy(l1.url, options.parameters ?? PARAMETERS, say);
    const deploymentFile = join(dir, "deployment.json");
    writeFileSync(deploymentFile, deploymentText(deployment));

    const shared = { l1Url: l1.url, deployment: deploymentFile, dir, lifecycle };
    // A Hardhat node serves no blobs: then they come from the sequencer's archive, checked by their hashes.
    const beacon = options.l1 === undefined ? {} : { beaconUrl: options.l1 };
    const sequencer = await startNode({ ...shared, mode: "sequencer", rpcPort: options.rpcPort, blobs: beacon });
    const blobs = { ...beacon, archiveUrl: sequencer.url };
    failures.push(sequencer.failed);
    const follower = await startNode({ ...shared, mode: "follower", rpcPort: options.followerPort, blobs });
    failures.push(follower.failed);
    for (const role of ["batcher", "proposer", "challenger"] as const)
      keep(startDaemon(role, { l1Url: l1.url, rpcUrl: sequencer.url, deploymentFile, dir, blobs, da: options.da }));
    if (options.da === "blobs") await blobMode(sequencer.node);
    say(`sequencer at ${sequencer.url}, follower at ${follower.url}; batcher, proposer and challenger run`);
    return {
      l1Url: l1.url,
      rpcUrl: sequencer.url,
      followerUrl: follower.url,
      deployment,
      deploymentFile,
      deployed,
      blobs,
      da: options.da,
      startSeconds: (performance.now() - started) / 1000,
      dir,
      deaf: sequencer.deaf,
      failed: Promise.race(failures),
      stop: () => lifecycle.stop("the end"),
    };
  } catch (error) {
    await lifecycle.stop("it could not start");
    throw error;
  }
}

/** Waits until the batcher's advice has reached the sequencer. */
async function blobMode({ sequencer }: LakhNode): Promise<void> {
  for (let waited = 0; waited < ADVICE_MS; waited += POLL_MS) {
    if (sequencer?.nextMode === "blobs") return;
    await systemClock.sleep(POLL_MS);
  }
  throw fatal("NoAdvice", "the batcher's advice did not reach the sequencer", { milliseconds: ADVICE_MS });
}

async function deploy(
  url: string,
  parameters: string,
  say: (text: string) => void,
): Promise<{ deployment: Deployment; deployed: Hex[] }> {
  const rules = readParameters(readRules(parameters));
  const provider = new JsonRpcProvider(url, undefined, {
    staticNetwork: true,
    cacheTimeout: -1,
    pollingInterval: POLL_MS,
  });
  try {
    const wallet = new Wallet(keyOf("deployer"), provider);
    const firstBlock = await provider.getBlockNumber();
    const contract = (name: string, address: string): void => say(`  ${name.padEnd(13)} ${address}`);
    const deployment = await deployLakh(new NonceManager(wallet), rules, contract);
    return { deployment, deployed: await transactionsOf(wallet.address, firstBlock, provider) };
  } finally {
    provider.destroy();
  }
}

function readRules(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw fatal("BadFile", `cannot read ${file} as JSON: ${String(error)}`, { file }, error);
  }
}

/** Transactions of an address since a block. */
async function transactionsOf(address: string, firstBlock: number, provider: Provider): Promise<Hex[]> {
  const found: Hex[] = [];
  for (let number = firstBlock; number <= (await provider.getBlockNumber()); number++) {
    const block = await provider.getBlock(number, true);
    const own = block?.prefetchedTransactions.filter(({ from }) => from === address) ?? [];
    found.push(...own.map(({ hash }) => hash as Hex));
  }
  return found;
}

interface DaemonConfig {
  readonly l1Url: string;
  readonly rpcUrl: string;
  readonly deploymentFile: string;
  readonly dir: string;
  readonly blobs: BlobUrls;
  readonly da: DevnetOptions["da"];
}

function startDaemon(role: "batcher" | "proposer" | "challenger", config: DaemonConfig): Child {
  const { l1Url, rpcUrl, deploymentFile, dir, blobs, da } = config;
  const sources = [
    ...(blobs.beaconUrl === undefined ? [] : ["--beacon-url", blobs.beaconUrl]),
    ...(blobs.archiveUrl === undefined ? [] : ["--archive-url", blobs.archiveUrl]),
  ];
  const own = {
    batcher: ["--node-url", rpcUrl, "--da", da],
    proposer: ["--claim-interval-seconds", "4", "--margin-seconds", "2", ...sources],
    challenger: ["--margin-seconds", "2", ...sources],
  }[role];
  const shared = [
    "--l1-url",
    l1Url,
    "--deployment",
    deploymentFile,
    "--data-dir",
    join(dir, role),
    "--poll-milliseconds",
    String(POLL_MS),
  ];
  const env = { ...process.env, [`LAKH_${role.toUpperCase()}_KEY`]: keyOf(role) };
  const args = [MAIN, role, ...shared, ...own];
  return startChild({ name: role, command: process.execPath, args, cwd: REPO, env, logFile: join(dir, `${role}.log`) });
}
