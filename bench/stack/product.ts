/**
 * The product under test: the deployed contracts, and `lakh node` as a process of its own, from a prepared state.
 *
 * A million deposits through the Inbox would take hours. Instead the state is put into the node's folder as a snapshot at
 * entry 0, where the node takes it up as it would take up its own: it checks its checksum and computes its root anew. No
 * claim on L1 covers that state; everything behind it (entries, log, seals, posting) is what the product always does.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Deployment, deployLakh, deploymentText, readParameters } from "@lakh/bindings";
import { keyOf } from "@lakh/devnet";
import { type Address, ZERO_HASH } from "@lakh/protocol";
import { variableOf } from "@lakh/service";
import { JsonRpcProvider, NonceManager, Wallet } from "ethers";

import type { WorldConfig } from "../load/world.ts";
import { REPO, type Running, freePort, ready, rpc, start } from "./processes.ts";

const MAIN = join(REPO, "packages/cli/src/main.ts");
const PARAMETERS = join(REPO, "parameters/devnet.json");

/** Deploys with the devnet's parameters; on a fresh chain the addresses are always the same. */
export async function deploy(l1Url: string): Promise<Deployment> {
  const provider = new JsonRpcProvider(l1Url, undefined, {
    staticNetwork: true,
    cacheTimeout: -1,
    pollingInterval: 50,
  });
  try {
    const parameters = readParameters(JSON.parse(readFileSync(PARAMETERS, "utf8")));
    return await deployLakh(new NonceManager(new Wallet(keyOf("deployer"), provider)), parameters);
  } finally {
    provider.destroy();
  }
}

/** What the state and the envelopes of a deployment depend on. */
export function worldConfig({ chainId, inbox, feeRecipient }: Deployment): WorldConfig {
  const lower = (address: string): Address => address.toLowerCase() as Address;
  return { chainId: BigInt(chainId), inbox: lower(inbox), feeRecipient: lower(feeRecipient) };
}

export interface Product {
  readonly process: Running;
  readonly httpUrl: string;
  readonly streamUrl: string;
}

export interface ProductConfig {
  readonly mode: "sequencer" | "follower";
  readonly l1Url: string;
  readonly deployment: Deployment;
  readonly snapshot: Uint8Array;
  readonly folder: string;
  /** Options of `lakh node` in place of their defaults. */
  readonly options?: Readonly<Record<string, string | number>>;
  /** LAKH_KERNELS. */
  readonly kernels: string;
  /** Folder for CPU profiles of its threads. */
  readonly profile?: string;
}

/** Starts a node with the prepared state, and waits until it accepts. @throws Error when it does not */
export async function startProduct(config: ProductConfig): Promise<Product> {
  const { mode, l1Url, deployment, snapshot, folder, options = {}, kernels, profile } = config;
  const dataDir = join(folder, mode);
  mkdirSync(join(dataDir, "snapshots"), { recursive: true });
  writeFileSync(join(dataDir, "snapshots", `0-${ZERO_HASH}.snapshot`), snapshot);
  const deploymentFile = join(folder, "deployment.json");
  writeFileSync(deploymentFile, deploymentText(deployment));
  const port = await freePort();
  const flags = { mode, l1Url, deployment: deploymentFile, dataDir, rpcPort: port, ...options };
  const env = Object.fromEntries(
    Object.entries(flags).map(([name, value]) => [variableOf("node", name), String(value)]),
  );
  if (mode === "sequencer") env[variableOf("node", "sequencerKey")] = keyOf("sequencer");
  env.LAKH_KERNELS = kernels;
  const running = start({
    name: mode,
    command: process.execPath,
    args: [...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`]), MAIN, "node"],
    env,
    logFile: join(folder, `${mode}.log`),
  });
  const httpUrl = `http://127.0.0.1:${port}`;
  await ready(running, async () => (await rpc(httpUrl, "lakh_heads")) !== undefined);
  return { process: running, httpUrl, streamUrl: `ws://127.0.0.1:${port}/stream` };
}

/** Starts the batcher, which posts what the sequencer seals. */
export function startBatcher(config: Pick<ProductConfig, "l1Url" | "folder"> & { nodeUrl: string }): Running {
  const { l1Url, folder, nodeUrl } = config;
  const flags = {
    l1Url,
    deployment: join(folder, "deployment.json"),
    nodeUrl,
    dataDir: join(folder, "batcher"),
    pollMilliseconds: 100,
    inFlight: 16,
  };
  const env = Object.fromEntries(
    Object.entries(flags).map(([name, value]) => [variableOf("batcher", name), String(value)]),
  );
  env[variableOf("batcher", "key")] = keyOf("batcher");
  return start({
    name: "batcher",
    command: process.execPath,
    args: [MAIN, "batcher"],
    env,
    logFile: join(folder, "batcher.log"),
  });
}
