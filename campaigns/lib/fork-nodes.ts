/** A fork of L1 under one thing that a node follows. */
import { receiptOf, sendEnvelope } from "@lakh/node";
import { expect } from "chai";

import {
  RULES,
  type World,
  deposit,
  newWorld,
  openFollower,
  openSequencer,
  person,
  post,
  settle,
  signed,
  tempDir,
  transfer,
} from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";

export const NODE_STAGES = ["deposit", "batch", "forced inclusion", "exit"] as const;
export type NodeStage = (typeof NODE_STAGES)[number];

const [alice, bob] = [person(1), person(2)];

/** L1 goes back by `depth` blocks, and on by more. */
export async function fork(
  { networkHelpers, ethers }: Pick<World, "networkHelpers" | "ethers">,
  depth: number,
  inside: () => Promise<void>,
  random: Random,
): Promise<void> {
  const snapshot = await networkHelpers.takeSnapshot();
  const start = await ethers.provider.getBlockNumber();
  await inside();
  const used = (await ethers.provider.getBlockNumber()) - start;
  if (used < depth) await networkHelpers.mine(depth - used);
  const { timestamp } = (await ethers.provider.getBlock("latest")) ?? { timestamp: 0 };
  await snapshot.restore();
  await networkHelpers.mine(Math.max(depth, used) + 1 + random.below(3));
  // The other branch comes to the time that this one had.
  if ((await networkHelpers.time.latest()) < timestamp) await networkHelpers.time.increaseTo(timestamp);
}

/** @throws AssertionError where sequencer, followers and Inbox do not end in agreement */
export async function forkNodes(stage: NodeStage, depth: number, random: Random): Promise<void> {
  const world = await newWorld();
  const node = await openSequencer(world, await tempDir());
  const follower = await openFollower(world, { dataDir: await tempDir() });
  for (const { address } of [alice, bob]) await deposit(world, address, 1_000_000n);
  const bring = async (): Promise<void> => {
    for (let i = 0; i < 6; i++) {
      world.clock.milliseconds += 1000;
      await settle(node);
      await post(world, node).catch(() => 0);
    }
    await settle(node, follower);
  };
  await bring();
  const kept = await sendEnvelope(node, signed(node, alice.key, 2, 0n, [transfer(3, 10n)]));
  await fork(world, depth, () => act(world, stage, bring, node), random);
  await bring();
  expect(node.safeLength).to.equal(node.chain.length);
  expect(follower.engine.machineHash()).to.equal(node.engine.machineHash());
  expect(follower.accAt(follower.safeLength)).to.equal(await world.inbox.acc(await world.inbox.length()));
  // The envelope was signed against a state that both branches share: it stands, and stands once.
  expect(await receiptOf(node, kept.itemHash)).not.to.equal(undefined);
  const fresh = await openFollower(world);
  await settle(fresh);
  expect(fresh.engine.machineHash()).to.equal(node.engine.machineHash());
  const balance = fresh.engine.account(3)?.holdings[0]?.amount;
  expect(balance).to.equal(1_000_010n);
}

async function act(
  world: World,
  stage: NodeStage,
  bring: () => Promise<void>,
  node: Awaited<ReturnType<typeof openSequencer>>,
): Promise<void> {
  const { inbox, stranger, networkHelpers } = world;
  switch (stage) {
    case "deposit":
      await deposit(world, person(3).address, 77n);
      break;
    case "batch":
      break; // the envelope kept is posted by what follows
    case "forced inclusion":
      await inbox.connect(stranger).enqueueForced(signed(node, alice.key, 2, 5n, [transfer(2, 1n)]));
      await networkHelpers.time.increase(RULES.forceDelay + 1);
      await inbox.connect(stranger).includeQueue(await inbox.queueLength());
      break;
    case "exit":
      await sendEnvelope(
        node,
        signed(node, alice.key, 2, 6n, [{ verb: "withdraw", object: 1, party: alice.address, amount: 5n }]),
      );
  }
  await bring();
}
