/** A batcher killed again and again while a sequencer seals: each sealed entry lands once, in its place. */

import { readParameters } from "@lakh/bindings";
import { serveRpc } from "@lakh/node";
import type { Address } from "@lakh/protocol";
import { createRegistry, type FailPoint, silentLog } from "@lakh/service";
import { expect } from "chai";

import { developmentKey } from "../../test/agents/wire.ts";
import { serveL1 } from "../../test/node/l1-server.ts";
import {
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
import devnet from "../../parameters/devnet.json" with { type: "json" };
import type { Random } from "../../test/support/random.ts";
import type { Tally } from "./campaign.ts";
import { startDaemon } from "./daemon-child.ts";
import { killAfter, pause } from "./pause.ts";

const LIMITS = {
  host: "127.0.0.1",
  port: 0,
  maxRequestBytes: 1 << 20,
  maxBatch: 10,
  callsPerSecond: 10_000,
  maxConnections: 50,
  maxAddressConnections: 50,
  maxSubscriptions: 2,
  maxBacklogBytes: 1 << 20,
  requestMilliseconds: 30_000,
  corsOrigins: [],
};
const POINTS: readonly FailPoint[] = [
  "journal-renaming",
  "transaction-journalled",
  "transaction-sent",
  "transaction-mined",
];
/** Contracts that a batcher does not look at. */
const NOT_DEPLOYED: Address = `0x${"01".repeat(20)}`;
/** Entries that the sequencer seals under one run of the batcher. */
const ENTRIES_A_RUN = 4;
/** Longest life of a run that is killed at a random moment. */
const LIFE_MILLISECONDS = 400;
/** Longest that a run may need for something to happen. */
const PATIENCE_MILLISECONDS = 60_000;

export async function playBatcherCrashes(random: Random, kills: number, tally: Tally): Promise<void> {
  const world = await newWorld();
  const l1 = await serveL1(world.provider);
  onCleanUp(l1.close);
  const node = await openSequencer(world, await tempDir());
  await deposit(world, person(1).address, 1_000_000n);
  await deposit(world, person(2).address, 1n);
  await settle(node);
  await post(world, node);
  await settle(node);
  const rpc = await serveRpc(LIMITS, {
    node,
    log: silentLog(),
    nowMilliseconds: () => 0,
    health: () => ({ healthy: true, lastGoodStep: null, fault: null }),
    registry: createRegistry("node"),
  });
  onCleanUp(rpc.close);
  const before = await world.ethers.provider.getTransactionCount(world.batcher.address);
  const { sequencer, feeRecipient } = world.deployment;
  const config = {
    role: "batcher",
    l1Url: l1.url,
    deployment: {
      ...world.deployment,
      claims: NOT_DEPLOYED,
      stepVerifier: NOT_DEPLOYED,
      bridge: world.bridge.address as Address,
      batcher: world.batcher.address as Address,
      parameters: readParameters(devnet, { batcher: world.batcher.address, sequencer, feeRecipient }),
    },
    dataDir: await tempDir(),
    key: developmentKey(0),
    options: ["--node-url", `http://127.0.0.1:${rpc.port}`],
  } as const;
  let nonce = 0n;
  const seal = async (): Promise<void> => {
    const item = signed(node, person(1).key, 2, nonce++, [transfer(3, 1n)]);
    node.sequencer?.accept(item);
    world.clock.milliseconds += 1_000;
    await settle(node);
  };
  const landed = (): Promise<number> => world.inbox.length().then(Number);

  for (let i = 0; i < kills; i++) {
    for (let j = 0; j < ENTRIES_A_RUN; j++) await seal();
    const point = random.chance(0.5) ? random.pick(POINTS) : undefined;
    const run = startDaemon(config, point && { point, time: 1 + random.below(ENTRIES_A_RUN) });
    const reached = await killAfter(run, point === undefined ? random.below(LIFE_MILLISECONDS) : PATIENCE_MILLISECONDS);
    expect(reached || point === undefined, `it never reached ${point}`).to.equal(true);
    tally.count(`batcher killed: ${point ?? "a random moment"}`, "restarted");
    await settle(node);
  }

  const last = startDaemon(config);
  const due = 1 + kills * ENTRIES_A_RUN;
  for (let waited = 0; (await landed()) < due && waited < PATIENCE_MILLISECONDS && !last.isOver; waited += 50)
    await pause(50);
  last.kill();
  await last.ended;
  expect(await landed(), "entries").to.equal(due);
  await settle(node);
  const follower = await openFollower(world);
  await settle(follower);
  expect(follower.engine.machineHash(), "machine").to.equal(node.engine.machineHash());
  expect(follower.engine.account(3)?.holdings[0]?.amount, "transfers").to.equal(1n + nonce);
  const sent = (await world.ethers.provider.getTransactionCount(world.batcher.address)) - before;
  tally.count("entry sealed while the batcher was killed", "landed once", due - 1);
  tally.count("transaction of the batcher", "reverted", sent - (due - 1));
}
