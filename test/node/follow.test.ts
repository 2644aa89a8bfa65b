import { expect } from "chai";

import { sendEnvelope } from "@lakh/node";

import {
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

describe("node > a follower and the sequencer", () => {
  afterEach(cleanUp);

  it("reach the same machine at every entry", async () => {
    const world = await newWorld();
    const sequencer = await openSequencer(world, await tempDir());
    const follower = await openFollower(world);
    const [alice, bob] = [person(1), person(2)];
    await deposit(world, alice.address, 1_000_000n);
    await deposit(world, bob.address, 5n);
    await settle(sequencer);
    expect(sequencer.engine.account(2)?.owner).to.equal(alice.address);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 5; i++) {
        const envelope = signed(sequencer, alice.key, 2, BigInt(5 * round + i), [transfer(3, 10n)]);
        const receipt = await sendEnvelope(sequencer, envelope);
        expect(receipt.position).to.equal(i);
      }
      world.clock.milliseconds += 1000;
      await settle(sequencer);
      await post(world, sequencer);
      await settle(sequencer, follower);
      expect(sequencer.safeLength).to.equal(2 + round);
    }
    expect(follower.safeLength).to.equal(4);
    for (let entry = 0; entry <= 4; entry++)
      expect(await follower.machineAt(entry)).to.deep.equal(await sequencer.machineAt(entry));
    expect(follower.engine.account(3)?.holdings).to.deep.equal([{ key: 1, amount: 155n }]);
  });

  it("counts what it executes and measures its rate while it is far behind", async () => {
    const world = await newWorld();
    const sequencer = await openSequencer(world, await tempDir());
    const alice = person(1);
    await deposit(world, alice.address, 1_000_000n);
    await deposit(world, person(2).address, 1n);
    await settle(sequencer);
    const envelopes = Array.from({ length: 30 }, (_, i) =>
      signed(sequencer, alice.key, 2, BigInt(i), [transfer(3, 1n)]),
    );
    for (const envelope of envelopes) await sendEnvelope(sequencer, envelope);
    world.clock.milliseconds += 1000;
    await settle(sequencer);
    await post(world, sequencer);
    let now = 0;
    world.clock.nowMilliseconds = () => (now += 6000);
    const catchUp = { threads: 1, keyAccounts: 8, leastBytes: 100, aheadBytes: 5000 };
    const follower = await openFollower(world, { catchUp });
    await settle(follower);
    expect(follower.engine.machineHash()).to.equal(sequencer.engine.machineHash());
    expect(follower.replayedItems).to.equal(32);
    expect(follower.replayedPerSecond).to.be.greaterThan(0);
    const near = await openFollower(world);
    await settle(near);
    expect(near.replayedItems).to.equal(32);
    expect(near.replayedPerSecond).to.equal(0);
  });
});
