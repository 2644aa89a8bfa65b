import { appendFile, copyFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { type Fault, type LakhNode, receiptOf, sendEnvelope } from "@lakh/node";

import type { Address } from "@lakh/protocol";
import { hasCode } from "@lakh/service";

import {
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

const alice = person(1);

async function start(): Promise<{ world: World; node: LakhNode; dir: string }> {
  const world = await newWorld();
  const dir = await tempDir();
  const node = await openSequencer(world, dir);
  await deposit(world, alice.address, 1_000_000n);
  await deposit(world, person(2).address, 5n);
  await settle(node);
  await post(world, node);
  await settle(node);
  return { world, node, dir };
}

function send(node: LakhNode, nonce: bigint) {
  return sendEnvelope(node, signed(node, alice.key, 2, nonce, [transfer(3, 10n)]));
}

describe("node > restart", () => {
  afterEach(cleanUp);

  it("gives the same receipts for envelopes that L1 does not hold yet, sealed or open", async () => {
    const { world, node, dir } = await start();
    const sealed = await send(node, 0n);
    world.clock.milliseconds += 1000;
    await settle(node);
    const open = await send(node, 1n);
    await node.close();
    const again = await openSequencer(world, dir);
    await settle(again);
    expect(await receiptOf(again, sealed.itemHash)).to.deep.equal(sealed);
    expect(await receiptOf(again, open.itemHash)).to.deep.equal(open);
    await post(world, again);
    const follower = await openFollower(world);
    await settle(again, follower);
    expect(follower.engine.account(3)?.holdings).to.deep.equal([{ key: 1, amount: 25n }]);
    expect(follower.engine.machineHash()).to.equal(again.engine.machineHash());
  });

  it("keeps receipts of what L1 holds, and cuts its log to what is not final", async () => {
    const { world, node, dir } = await start();
    await node.close();
    const small = await openSequencer(world, dir, { logBytes: 1 }, { finalityBlocks: 1 });
    await settle(small);
    const receipts = [];
    for (let i = 0n; i < 6n; i++) {
      receipts.push(await send(small, i));
      world.clock.milliseconds += 1000;
      await settle(small);
      if (i === 3n) await post(world, small);
    }
    await world.networkHelpers.mine(2);
    await settle(small);
    receipts.push(await send(small, 6n));
    expect((await stat(join(dir, "sequencer.records"))).size).to.be.below(7 * 110);
    await small.close();
    const again = await openSequencer(world, dir);
    await settle(again);
    for (const receipt of receipts) expect(await receiptOf(again, receipt.itemHash)).to.deep.equal(receipt);
    await post(world, again);
    const follower = await openFollower(world);
    await settle(again, follower);
    expect(follower.engine.machineHash()).to.equal(again.engine.machineHash());
    expect(follower.engine.account(3)?.holdings).to.deep.equal([{ key: 1, amount: 75n }]);
  });

  it("refuses envelopes until it has read L1", async () => {
    const { world, node, dir } = await start();
    await node.close();
    const again = await openSequencer(world, dir);
    const envelope = signed(node, alice.key, 2, 0n, [transfer(3, 10n)]);
    const fault = await sendEnvelope(again, envelope).catch((error: unknown) => error);
    expect((fault as Fault).fault).to.equal("Busy");
    await settle(again);
    expect((await sendEnvelope(again, envelope)).position).to.equal(0);
  });

  it("cuts a half-written end and keeps all before it", async () => {
    const { world, node, dir } = await start();
    const kept = await send(node, 0n);
    await node.close();
    const path = join(dir, "sequencer.records");
    const whole = await readFile(path);
    const again = async (bytes: Uint8Array): Promise<LakhNode> => {
      const folder = await tempDir();
      await copyFile(join(dir, "identity.json"), join(folder, "identity.json"));
      await writeFile(join(folder, "sequencer.records"), bytes);
      const opened = await openSequencer(world, folder);
      await settle(opened);
      return opened;
    };
    const torn = await again(Buffer.concat([whole, Uint8Array.of(90, 0, 0, 0, 1, 2, 3, 4, 5)]));
    expect(await receiptOf(torn, kept.itemHash)).to.deep.equal(kept);
    const cut = await again(whole.subarray(0, whole.length - 3));
    expect(await receiptOf(cut, kept.itemHash)).to.equal(undefined);
    expect((await send(cut, 0n)).itemHash).to.equal(kept.itemHash);
  });

  it("resumes a follower from its store and a snapshot, without reading L1 from the start", async () => {
    const { world, node } = await start();
    const dir = await tempDir();
    const store = { dataDir: dir, snapshotItems: 2, finalityBlocks: 1 };
    const follower = await openFollower(world, store);
    for (let i = 0n; i < 4n; i++) {
      await send(node, i);
      world.clock.milliseconds += 1000;
      await settle(node);
      await post(world, node);
      await settle(node, follower);
    }
    await world.networkHelpers.mine(2);
    await settle(follower);
    await follower.close();
    await appendFile(join(dir, "l1.records"), "half a record");
    const again = await openFollower(world, store);
    expect(again.chain.first).to.be.at.least(2);
    await settle(again);
    expect(again.engine.machineHash()).to.equal(follower.engine.machineHash());
    expect((await again.stateAt(1)).machineHash()).to.equal((await node.stateAt(1)).machineHash());
    expect(await again.machineAt(0)).to.deep.equal(await node.machineAt(0));
  });

  it("refuses the folder of another deployment", async () => {
    const { world, node, dir } = await start();
    await node.close();
    const params = [world.batcher.address, world.bridge.address, 1, 1, 1];
    const inbox = await (await world.ethers.deployContract("Inbox", [params])).getAddress();
    const other = { ...world, deployment: { ...world.deployment, inbox: inbox as Address } };
    const error: unknown = await openSequencer(other, dir).catch((caught: unknown) => caught);
    expect(hasCode(error, "StoreMismatch")).to.equal(true);
  });

  it("lets one node at a time into its folder", async () => {
    const { world, node, dir } = await start();
    const error: unknown = await openSequencer(world, dir).catch((caught: unknown) => caught);
    expect(hasCode(error, "Locked")).to.equal(true);
    await node.close();
    await settle(await openSequencer(world, dir));
  });

  it("refuses an L1 of another chain, or without the Inbox", async () => {
    const world = await newWorld();
    const open = (more: object) => openFollower({ ...world, deployment: { ...world.deployment, ...more } });
    expect(hasCode(await open({ chainId: 1 }).catch((error: unknown) => error), "L1WrongChain")).to.equal(true);
    const nowhere = { inbox: world.stranger.address as Address };
    expect(hasCode(await open(nowhere).catch((error: unknown) => error), "L1NoInbox")).to.equal(true);
  });
});
