import { expect } from "chai";

import { type LakhNode, type Receipt, receiptOf, sendEnvelope } from "@lakh/node";

import { encodeBatch } from "@lakh/protocol";

import {
  RULES,
  type World,
  cleanUp,
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
} from "./world.ts";

const [alice, bob] = [person(1), person(2)];

/** A sequencer with accounts 2 (Alice, 1,000,000) and 3 (Bob, 5), all on L1. */
async function start(more = {}): Promise<{ world: World; node: LakhNode; dir: string }> {
  const world = await newWorld();
  const dir = await tempDir();
  const node = await openSequencer(world, dir, more);
  await deposit(world, alice.address, 1_000_000n);
  await deposit(world, bob.address, 5n);
  await world.networkHelpers.mine(1); // the deposits are confirmed
  await settle(node);
  await post(world, node);
  await settle(node);
  return { world, node, dir };
}

/** Seals an entry with one transfer of Alice to Bob. */
async function sealTransfer(world: World, node: LakhNode, nonce: bigint, amount = 10n): Promise<Receipt> {
  const receipt = await sendEnvelope(node, signed(node, alice.key, 2, nonce, [transfer(3, amount)]));
  world.clock.milliseconds += 1000;
  await settle(node);
  return receipt;
}

async function expectSame(a: LakhNode, b: LakhNode): Promise<void> {
  expect(a.safeLength).to.equal(b.safeLength);
  for (let entry = 0; entry <= a.safeLength; entry++)
    expect(await a.machineAt(entry)).to.deep.equal(await b.machineAt(entry));
}

describe("node > placing entries anew", () => {
  afterEach(cleanUp);

  it("re-applies sealed batches behind a forced inclusion, and drops the slice that it made needless", async () => {
    // The sequencer waits for confirmations and so has not included the queue yet.
    const { world, node } = await start({ queueConfirmations: 1 });
    const { inbox, stranger, networkHelpers } = world;
    const forced = signed(node, bob.key, 3, 0n, [transfer(2, 5n)]);
    await inbox.connect(stranger).enqueueForced(forced);
    const before = await sealTransfer(world, node, 0n);
    await networkHelpers.time.increase(RULES.forceDelay + 1);
    await inbox.connect(stranger).includeQueue(await inbox.queueLength());
    await settle(node);
    const after = await receiptOf(node, before.itemHash);
    expect(after?.entry).to.equal(before.entry + 1);
    expect(after?.accBefore).not.to.equal(before.accBefore);
    expect(after?.time).to.equal(node.chain.at(before.entry + 1)?.entry.header.time);
    await post(world, node);
    const follower = await openFollower(world);
    await settle(node, follower);
    await expectSame(node, follower);
    expect(node.engine.account(3)?.holdings).to.deep.equal([{ key: 1, amount: 10n }]);
    expect(node.chain.length).to.equal(node.safeLength);
  });

  it("takes a stranger's batch after silence, and keeps no receipt for what it made void", async () => {
    const { world, node } = await start();
    const { inbox, stranger, networkHelpers } = world;
    await networkHelpers.time.increase(RULES.sequencerSilence + 1);
    const all = signed(node, alice.key, 2, 7n, [transfer(3, 999_999n)]);
    const first = await sealTransfer(world, node, 0n, 10n);
    const time = await networkHelpers.time.latest();
    await inbox.connect(stranger).appendBatch(await inbox.acc(await inbox.length()), time, encodeBatch([all]));
    await settle(node);
    expect(await receiptOf(node, first.itemHash)).to.equal(undefined);
    await post(world, node);
    const follower = await openFollower(world);
    await settle(node, follower);
    await expectSame(node, follower);
    expect(node.engine.account(3)?.holdings).to.deep.equal([{ key: 1, amount: 1_000_004n }]);
  });

  it("gives entries that grew too old a new time", async () => {
    const { world, node, dir } = await start();
    const before = await sealTransfer(world, node, 0n);
    await world.networkHelpers.time.increase(RULES.maxTimeDrift);
    await settle(node);
    const after = await receiptOf(node, before.itemHash);
    expect(after?.entry).to.equal(before.entry);
    expect(Number(after?.time)).to.be.at.least(Number(before.time) + RULES.maxTimeDrift);
    await post(world, node);
    await settle(node);
    expect(node.safeLength).to.equal(node.chain.length);
    await node.close();
    const again = await openSequencer(world, dir); // it remembers the times that it gave anew
    await settle(again);
    expect(again.chain.length).to.equal(again.safeLength);
    expect(await receiptOf(again, before.itemHash)).to.deep.equal(after);
  });

  it("sends a heartbeat when idle, and none before", async () => {
    const { world, node } = await start();
    await settle(node);
    const length = node.chain.length;
    await world.networkHelpers.time.increase(RULES.sequencerSilence / 2);
    await settle(node);
    expect(node.chain.length).to.equal(length + 1);
    expect(node.chain.at(length)?.entry.payload).to.deep.equal(Uint8Array.of(0));
    await post(world, node);
    await settle(node);
    expect(node.chain.length).to.equal(length + 1);
  });

  it("goes back with L1 and posts its own entries again", async () => {
    const { world, node } = await start();
    const follower = await openFollower(world);
    await settle(follower);
    const { networkHelpers } = world;
    const snapshot = await networkHelpers.takeSnapshot();
    const receipt = await sealTransfer(world, node, 0n);
    await post(world, node);
    await settle(node, follower);
    expect(follower.safeLength).to.equal(2);
    await snapshot.restore();
    await networkHelpers.mine(3); // another branch
    await settle(node, follower);
    expect(follower.safeLength).to.equal(1);
    expect(node.safeLength).to.equal(1);
    expect(node.chain.length).to.equal(2);
    expect((await receiptOf(node, receipt.itemHash))?.accBefore).to.equal(receipt.accBefore);
    await post(world, node);
    await settle(node, follower);
    await expectSame(node, follower);
    expect(follower.safeLength).to.equal(2);
  });

  it("follows when L1 drops a deposit that was included", async () => {
    const { world, node } = await start();
    const follower = await openFollower(world);
    await settle(follower);
    const snapshot = await world.networkHelpers.takeSnapshot();
    await deposit(world, person(3).address, 77n);
    await settle(node);
    await post(world, node);
    await settle(node, follower);
    expect(follower.engine.account(4)?.owner).to.equal(person(3).address);
    await snapshot.restore();
    await world.networkHelpers.mine(5);
    await settle(node, follower);
    expect(node.engine.account(4)).to.equal(undefined);
    expect(follower.engine.account(4)).to.equal(undefined);
    await expectSame(node, follower);
  });

  it("lives with rubbish in the Inbox, and agrees about it", async () => {
    const { world, node } = await start();
    const { inbox, stranger, networkHelpers } = world;
    const follower = await openFollower(world);
    const rubbish = [
      "0x00",
      "0xff",
      "0x05aabbccddee",
      `0x${"80".repeat(300)}`,
      "0x0111ffff",
      `0x7f${"18".repeat(127)}00`,
    ];
    await networkHelpers.time.increase(RULES.sequencerSilence + 1);
    for (const bytes of rubbish) {
      const time = await networkHelpers.time.latest();
      await inbox.connect(stranger).appendBatch(await inbox.acc(await inbox.length()), time, bytes);
    }
    await inbox.connect(stranger).enqueueForced("0xdeadbeef");
    await inbox.connect(stranger).enqueueCall("0x1102030405");
    await settle(node);
    await post(world, node);
    await settle(node, follower);
    await expectSame(node, follower);
    expect(follower.safeLength).to.equal(1 + rubbish.length + 1);
  });
});
