/** A batcher killed again and again while a sequencer seals: each sealed entry lands once, in its place. */
import { serveRpc } from "@lakh/node";
import { EntryKind } from "@lakh/protocol";
import { createRegistry, silentLog } from "@lakh/service";
import { expect } from "chai";
import { BrowserProvider } from "ethers";

import { developmentKey } from "../../test/agents/wire.ts";
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
  signed,
  tempDir,
  transfer,
} from "../../test/node/world.ts";
import { RPC_LIMITS } from "../../test/support/rpc-limits.ts";
import type { Random } from "../../test/support/random.ts";
import type { Tally } from "./campaign.ts";
import type { Death } from "./crash-plan.ts";
import { deploymentOf } from "./crash-world.ts";
import { type DaemonConfig, startDaemon } from "./daemon-child.ts";
import { awaitDeath, dieAt, timeOf } from "./deaths.ts";
import { ForgetfulL1 } from "./forgetful-l1.ts";
import { pause } from "./pause.ts";

/** Entries that the sequencer seals under one run of the batcher. */
const ENTRIES_A_RUN = 4;
/** Longest life of a run that is killed at a random moment. */
const LIFE_MILLISECONDS = 400;
/** Longest that all may take to land once nobody kills the batcher any more. */
const PATIENCE_MILLISECONDS = 60_000;
const LOOK_MILLISECONDS = 50;

/** A sequencer in this process, whose entries the batcher posts. */
export interface BatcherStage {
  readonly world: World;
  readonly l1: ForgetfulL1;
  readonly config: DaemonConfig;
  /** Has the sequencer seal an entry. */
  seal(): Promise<void>;
  /** Lets the sequencer see what landed. */
  settle(): Promise<void>;
  /** Entries on L1. */
  landed(): Promise<number>;
  /** @throws AssertionError unless each entry that was sealed landed once, in its place */
  expectLanded(tally: Tally): Promise<void>;
}

/** @param da how the batcher advises entries to go to L1 */
export async function playBatcherCrashes(
  random: Random,
  deaths: readonly Death[],
  tally: Tally,
  da: "calldata" | "blobs",
): Promise<void> {
  const stage = await openBatcherStage(await tempDir(), da);
  const { l1, config } = stage;
  await dieAt({ daemon: "batcher", deaths, tally }, async (death) => {
    for (let i = 0; i < ENTRIES_A_RUN; i++) await stage.seal();
    const run = startDaemon(config, death && { place: death, time: timeOf(death, random) });
    if (death === "transaction-replaced") l1.forgotten.add(stage.world.batcher.address);
    const [reached] = await Promise.all([awaitDeath(run, death, random.below(LIFE_MILLISECONDS)), l1.mineUntil(run)]);
    l1.forgotten.clear();
    await stage.settle();
    return reached;
  });
  const last = startDaemon(config);
  await stage.expectLanded(tally).finally(() => last.kill());
  await last.ended;
}

export async function openBatcherStage(dataDir: string, da: "calldata" | "blobs"): Promise<BatcherStage> {
  const chain = await newWorld();
  // Hardhat's own provider does not show what blobs a transaction carries.
  const provider = new BrowserProvider(chain.provider, undefined, { cacheTimeout: -1 });
  const world = { ...chain, ethers: { ...chain.ethers, provider } } as unknown as World;
  const { l1, url: l1Url } = await ForgetfulL1.serve(world.provider);
  const node = await openSequencer(world, await tempDir());
  await deposit(world, person(1).address, 1_000_000n);
  await deposit(world, person(2).address, 1n);
  await settle(node);
  await post(world, node);
  await settle(node);
  const rpc = await serveRpc(RPC_LIMITS, {
    node,
    log: silentLog(),
    nowMilliseconds: () => 0,
    health: () => ({ healthy: true, lastGoodStep: null, fault: null }),
    registry: createRegistry("node"),
  });
  onCleanUp(rpc.close);
  const url = `http://127.0.0.1:${rpc.port}`;
  const before = await provider.getTransactionCount(world.batcher.address);
  const landed = (): Promise<number> => world.inbox.length().then(Number);
  let nonce = 0n;
  return {
    world,
    l1,
    config: {
      role: "batcher",
      l1Url,
      deployment: deploymentOf(world),
      dataDir,
      key: developmentKey(0),
      options: ["--node-url", url, "--da", da],
    },
    landed,
    seal: async () => {
      node.sequencer?.accept(signed(node, person(1).key, 2, nonce++, [transfer(3, 1n)]));
      world.clock.milliseconds += 1_000;
      await settle(node);
    },
    settle: () => settle(node),
    expectLanded: async (tally) => {
      const due = node.chain.length;
      for (let waited = 0; (await landed()) < due && waited < PATIENCE_MILLISECONDS; waited += LOOK_MILLISECONDS)
        await pause(LOOK_MILLISECONDS);
      expect(await landed(), "entries").to.equal(due);
      await settle(node);
      const follower = await openFollower(world, { blobSources: { archiveUrl: url } }, provider);
      await settle(follower);
      expect(follower.engine.machineHash(), "machine").to.equal(node.engine.machineHash());
      expect(follower.engine.account(3)?.holdings[0]?.amount, "transfers").to.equal(1n + nonce);
      const sent = (await provider.getTransactionCount(world.batcher.address)) - before;
      const entries = Array.from({ length: due }, (_, i) => node.chain.at(i));
      const blobs = entries.filter((entry) => entry?.entry.header.kind === EntryKind.Blobs).length;
      const heartbeats = due - 1 - Number(nonce); // sealed where L1's clock ran ahead
      tally.count("entry sealed while the batcher was killed", "landed once as calldata", Number(nonce) - blobs);
      tally.count("entry sealed while the batcher was killed", "landed once in blobs", blobs);
      tally.count("heartbeat beside them", "landed once", heartbeats);
      tally.count("transaction of the batcher", "reverted", sent - (due - 1));
    },
  };
}
