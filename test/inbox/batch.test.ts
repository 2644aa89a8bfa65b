import type { BatchRelay } from "@lakh/bindings";
import { MAX_BATCH, type Hex, ZERO_HASH, keccak256, toHex, utf8 } from "@lakh/protocol";
import { expect } from "chai";
import { Wallet, concat, zeroPadValue, toBeHex } from "ethers";

import { seededBytes } from "../support/random.ts";
import {
  RULES,
  accNow,
  accOf,
  append,
  batchHeader,
  dataOfInput,
  enqueue,
  ethers,
  freshInbox,
  headerTuple,
  networkHelpers,
  nextBlockIn,
} from "./fixture.ts";

const DATA = seededBytes("batch", 300);

describe("Inbox.appendBatch", () => {
  it("chains the entry and tells the whole header; the data stands in the transaction's input", async () => {
    const world = await freshInbox();
    const { inbox } = world;
    const sent = await append(world, DATA);
    const first = batchHeader(DATA, await inbox.lastTime());
    await expect(sent)
      .to.emit(inbox, "EntryAppended")
      .withArgs(0, ZERO_HASH, headerTuple(first), accOf([first]));
    expect(dataOfInput(sent.data, first.a)).to.deep.equal(DATA);

    const again = await append(world, Uint8Array.of(0));
    const second = batchHeader(Uint8Array.of(0), await inbox.lastTime());
    await expect(again)
      .to.emit(inbox, "EntryAppended")
      .withArgs(1, accOf([first]), headerTuple(second), accOf([first, second]));
    expect(await inbox.length()).to.equal(2n);
    expect(await inbox.acc(1)).to.equal(accOf([first]));
    expect(await inbox.acc(2)).to.equal(accOf([first, second]));
    expect(await inbox.acc(3)).to.equal(ZERO_HASH);
    expect(await inbox.lastBatcherTime()).to.equal(second.time);
  });

  it("reverts when the sender is not the batcher", async () => {
    const { inbox, stranger, deployedAt } = await freshInbox();
    const sent = inbox.connect(stranger).appendBatch(ZERO_HASH, deployedAt, DATA);
    await expect(sent)
      .to.be.revertedWithCustomError(inbox, "NotBatcher")
      .withArgs(stranger.address, deployedAt + RULES.sequencerSilence);
  });

  it("reverts when the accumulator is another one: a batch never lands twice, nor on another history", async () => {
    const world = await freshInbox();
    const { inbox, batcher } = world;
    await append(world, DATA);
    const now = await inbox.lastTime();
    const actual = await accNow(inbox);
    for (const wrong of [ZERO_HASH, toHex(keccak256(utf8("elsewhere")))]) {
      await expect(inbox.connect(batcher).appendBatch(wrong, now, DATA))
        .to.be.revertedWithCustomError(inbox, "AccMismatch")
        .withArgs(wrong, actual);
    }
  });

  it("takes a batch of the greatest length, and reverts when it is empty or one byte longer", async () => {
    const world = await freshInbox();
    const { inbox } = world;
    await append(world, new Uint8Array(MAX_BATCH));
    expect(await inbox.length()).to.equal(1n);
    await expect(append(world, new Uint8Array(0))).to.be.revertedWithCustomError(inbox, "EmptyBatch");
    await expect(append(world, new Uint8Array(MAX_BATCH + 1)))
      .to.be.revertedWithCustomError(inbox, "BatchTooLong")
      .withArgs(MAX_BATCH + 1, MAX_BATCH);
  });

  it("keeps time from going back, ahead or too far behind", async () => {
    const world = await freshInbox();
    const { inbox, batcher } = world;
    await append(world, DATA);
    const last = await inbox.lastTime();
    const acc = await accNow(inbox);
    const post = (entryTime: bigint) => inbox.connect(batcher).appendBatch(acc, entryTime, DATA);

    await nextBlockIn(10);
    await expect(post(last - 1n))
      .to.be.revertedWithCustomError(inbox, "TimeBackwards")
      .withArgs(last - 1n, last);
    let now = await nextBlockIn(10);
    await expect(post(now + 1n))
      .to.be.revertedWithCustomError(inbox, "TimeAhead")
      .withArgs(now + 1n, now);
    now = await nextBlockIn(RULES.maxTimeDrift + 50);
    const least = now - BigInt(RULES.maxTimeDrift);
    await expect(post(least - 1n))
      .to.be.revertedWithCustomError(inbox, "TimeLags")
      .withArgs(least - 1n, least);

    await post(least);
    expect(await inbox.lastTime()).to.equal(least);
  });

  it("may have any time from 0 on where the drift allowed is longer than all time", async () => {
    const { params, batcher } = await freshInbox();
    const inbox = await ethers.deployContract("Inbox", [{ ...params, maxTimeDrift: 2 ** 32 - 1 }], { signer: batcher });
    await expect(inbox.getFunction("appendBatch")(ZERO_HASH, 0, DATA)).to.emit(inbox, "EntryAppended");
    expect(await inbox.getFunction("length")()).to.equal(1n);
  });

  it("may have the last entry's time", async () => {
    const world = await freshInbox();
    const { inbox, batcher } = world;
    await append(world, DATA);
    const last = await inbox.lastTime();
    await inbox.connect(batcher).appendBatch(await accNow(inbox), last, DATA);
    expect(await inbox.lastTime()).to.equal(last);
  });

  it("reverts while a queue item is overdue, and not a second before", async () => {
    const world = await freshInbox();
    const { inbox, batcher } = world;
    await enqueue(world, 1);
    const since = await inbox.oldestPendingTime();
    await networkHelpers.time.setNextBlockTimestamp(since + BigInt(RULES.forceDelay));
    await inbox.connect(batcher).appendBatch(ZERO_HASH, since + BigInt(RULES.forceDelay), DATA);
    await expect(append(world, DATA)).to.be.revertedWithCustomError(inbox, "QueueOverdue").withArgs(0, since);
  });

  it("reverts when a contract sends it, even after the batcher's silence", async () => {
    const { inbox, batcher } = await freshInbox();
    const relay = (await ethers.deployContract("BatchRelay")) as unknown as BatchRelay;
    await networkHelpers.time.increase(RULES.sequencerSilence);
    const now = await nextBlockIn(1);
    await expect(relay.connect(batcher).relayBatch(inbox, ZERO_HASH, now, DATA))
      .to.be.revertedWithCustomError(inbox, "NotPlainAccount")
      .withArgs(await relay.getAddress(), batcher.address);
  });

  it("reverts when the sender delegates to code (EIP-7702), from inside and from outside", async () => {
    const { params, deployer } = await freshInbox();
    const wallet = new Wallet(toHex(keccak256(utf8("delegating batcher"))), ethers.provider);
    await deployer.sendTransaction({ to: wallet.address, value: 10n ** 18n });
    const inbox = await ethers.deployContract("Inbox", [{ ...params, batcher: wallet.address }]);
    const relay = await ethers.deployContract("BatchRelay");
    const authorization = await wallet.authorize({
      address: await relay.getAddress(),
      nonce: (await wallet.getNonce()) + 1,
    });

    const now = await nextBlockIn(1);
    const call = relay.interface.encodeFunctionData("relayBatch", [await inbox.getAddress(), ZERO_HASH, now, DATA]);
    const fields = { to: wallet.address, data: call, gasLimit: 500_000n };
    const inside = wallet.sendTransaction({ ...fields, type: 4, authorizationList: [authorization] });
    await expect(inside)
      .to.be.revertedWithCustomError(inbox, "NotPlainAccount")
      .withArgs(wallet.address, wallet.address);

    // The delegation outlives the reverted call.
    expect(await ethers.provider.getCode(wallet.address)).to.equal(
      concat(["0xef0100", await relay.getAddress()]).toLowerCase(),
    );
    const direct = { to: await inbox.getAddress(), gasLimit: 500_000n };
    const data = inbox.interface.encodeFunctionData("appendBatch", [ZERO_HASH, now, DATA]);
    await expect(wallet.sendTransaction({ ...direct, data }))
      .to.be.revertedWithCustomError(inbox, "NotPlainAccount")
      .withArgs(wallet.address, wallet.address);
  });

  it("reverts when the data does not start where derivation reads it", async () => {
    const { inbox, batcher } = await freshInbox();
    const now = await nextBlockIn(1);
    const word = (value: bigint | number): Hex => zeroPadValue(toBeHex(value), 32) as Hex;
    const selector = inbox.interface.getFunction("appendBatch").selector;
    // A gap of one word before the length.
    const data = concat([selector, ZERO_HASH, word(now), word(128), word(0), word(32), word(7)]);
    await expect(batcher.sendTransaction({ to: await inbox.getAddress(), data }))
      .to.be.revertedWithCustomError(inbox, "NotCanonicalInput")
      .withArgs(164, 132);
  });
});
