/** What the tests of the node share: an Inbox on a chain of its own, people with keys, a batcher's hand, nodes to step. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Inbox } from "@lakh/bindings";
import { KzgThread } from "@lakh/da";
import { type Kernels, loadKernels } from "@lakh/kernels";
import {
  type L1Provider,
  LakhNode,
  type NodeConfig,
  type NodeDeps,
  sealedEntries,
  type SequencerConfig,
} from "@lakh/node";
import { type Address, ETH_ASSET, ZERO_ADDRESS } from "@lakh/protocol";
import { type Clock, silentLog } from "@lakh/service";
import { network } from "hardhat";

import { SEQUENCER_KEY, SEQUENCING, STORE, person } from "./people.ts";

export { SEQUENCER_KEY, SEQUENCING, person, signed, transfer } from "./people.ts";

export const RULES = { forceDelay: 600, maxTimeDrift: 300, sequencerSilence: 3600 };

const kernels = await loadKernels("portable");
/** Of all nodes here: a thread takes seconds to load c-kzg. It starts with the first blob, and ends with the process. */
export const kzg = new KzgThread();

/** Time stands still until a test moves it. */
export class HandClock implements Clock {
  milliseconds = 0;
  nowMilliseconds = (): number => this.milliseconds;
  sleep = (): Promise<void> => Promise.resolve();
}

export type World = Awaited<ReturnType<typeof newWorld>>;

/** A chain with an Inbox whose Bridge is a plain account. */
export async function newWorld() {
  const { ethers, networkHelpers, provider } = await network.create();
  const [batcher, bridge, stranger] = await ethers.getSigners();
  if (!batcher || !bridge || !stranger) throw new Error("three signers are needed");
  const params = { batcher: batcher.address, bridge: bridge.address, ...RULES };
  const inbox = (await ethers.deployContract("Inbox", [params])) as unknown as Inbox;
  const address = (await inbox.getAddress()) as Address;
  const deployment = {
    chainId: 31337,
    deployedAtBlock: 0,
    inbox: address,
    bridge: bridge.address,
    claims: ZERO_ADDRESS,
    stepVerifier: ZERO_ADDRESS,
    sequencer: person(0).address,
    feeRecipient: person(9).address,
  };
  return { ethers, networkHelpers, provider, inbox, batcher, bridge, stranger, deployment, clock: new HandClock() };
}

const opened: LakhNode[] = [];
const folders: string[] = [];

/** A folder that `cleanUp` removes. */
export async function tempDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lakh-node-"));
  folders.push(folder);
  return folder;
}

const closers: (() => unknown)[] = [];

/** Remembers what else `cleanUp` does. */
export function onCleanUp(close: () => unknown): void {
  closers.push(close);
}

/** Closes what a test opened. */
export async function cleanUp(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
  for (const node of opened.splice(0)) await node.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

async function open(config: NodeConfig, deps: NodeDeps): Promise<LakhNode> {
  const node = await LakhNode.open(config, deps);
  opened.push(node);
  return node;
}

export function openFollower(
  world: World,
  more: Partial<NodeConfig> = {},
  l1: L1Provider = world.ethers.provider,
): Promise<LakhNode> {
  const config = { deployment: world.deployment, dataDir: undefined, ...STORE, ...more };
  return open(config, { l1, kernels, kzg, log: silentLog(), clock: world.clock });
}

export function openSequencer(
  world: World,
  dataDir: string,
  more: Partial<SequencerConfig> = {},
  store: Partial<NodeConfig> = {},
  nodeKernels: Kernels = kernels,
  nodeKzg: KzgThread = kzg,
): Promise<LakhNode> {
  const config = { deployment: world.deployment, dataDir, ...STORE, ...store, sequencer: { ...SEQUENCING, ...more } };
  const deps = { l1: world.ethers.provider, kernels: nodeKernels, kzg: nodeKzg, log: silentLog(), clock: world.clock };
  return open(config, { ...deps, sequencerKey: SEQUENCER_KEY });
}

/** Steps until a pass did nothing; bounded. */
export async function settle(...nodes: readonly LakhNode[]): Promise<void> {
  for (const node of nodes)
    for (let i = 0; i < 50 && (!node.caughtUp || (await node.step()).did.length > 0); i++)
      if (!node.caughtUp) await node.step();
}

/** Enqueues a deposit of ETH units into a new account of its owner. */
export async function deposit(
  world: Pick<World, "inbox" | "bridge">,
  owner: Address,
  amount: bigint,
  account = 0,
): Promise<void> {
  const { inbox, bridge } = world;
  await inbox.connect(bridge).enqueueDeposit(ZERO_ADDRESS, 9, ETH_ASSET, account, owner, owner, amount);
}

/** Posts the sealed entries that L1 does not hold, as a batcher would. @returns how many */
export async function post(world: World, node: LakhNode, most = 1000): Promise<number> {
  const { inbox, batcher } = world;
  const from = Number(await inbox.length());
  const entries = (await sealedEntries(node, from, most)).slice(0, most);
  for (const { accBefore, kind, time, data, to } of entries)
    if (kind === "queue") await inbox.connect(batcher).appendQueue(accBefore, time, to ?? 0n);
    else await inbox.connect(batcher).appendBatch(accBefore, time, data ?? "0x");
  return entries.length;
}
