import type { BatchRelay } from "@lakh/bindings";
import { MAX_ITEM, ZERO_ADDRESS, addressBytes, concat, uintBytes, type Address } from "@lakh/protocol";
import { expect } from "chai";

import { seededBytes } from "../support/random.ts";
import {
  RULES,
  accNow,
  accOf,
  append,
  batchHeader,
  chain,
  enqueue,
  ethers,
  forcedItem,
  freshInbox,
  headerTuple,
  networkHelpers,
  nextBlockIn,
  sliceHeader,
} from "./fixture.ts";

const TOKEN: Address = `0x${"a1".repeat(20)}`;
const OWNER: Address = `0x${"b2".repeat(20)}`;
const DEPOSITOR: Address = `0x${"c3".repeat(20)}`;

describe("Inbox queue", () => {
  it("composes every kind of item as the specification says, chains it and emits it whole", async () => {
    const { inbox, bridge, stranger } = await freshInbox();
    const forced = seededBytes("forced", 90);
    const call = seededBytes("call", 70);
    const money = inbox.connect(bridge);
    const sent = [
      await money.enqueueListing(TOKEN, 12),
      await money.enqueueDeposit(TOKEN, 12, 0x01020304, 0x0a0b0c0d, OWNER, DEPOSITOR, 2n ** 63n - 1n),
      await inbox.connect(stranger).enqueueForced(forced),
      await inbox.connect(stranger).enqueueCall(call),
    ];
    const items = [
      concat(uintBytes(2, 1), addressBytes(TOKEN), uintBytes(12, 1)),
      concat(
        ...[uintBytes(1, 1), addressBytes(TOKEN), uintBytes(12, 1), uintBytes(0x01020304, 4), uintBytes(0x0a0b0c0d, 4)],
        ...[addressBytes(OWNER), addressBytes(DEPOSITOR), uintBytes(2n ** 63n - 1n, 8)],
      ),
      forcedItem(forced),
      concat(uintBytes(4, 1), addressBytes(stranger.address), call),
    ];
    expect(items[0]?.length).to.equal(22);
    expect(items[1]?.length).to.equal(78);
    expect(await inbox.queueLength()).to.equal(4n);
    for (const [i, item] of items.entries()) {
      const at = (await sent[i]?.getBlock())?.timestamp ?? 0;
      await expect(sent[i]).to.emit(inbox, "QueueItem").withArgs(i, at, item);
      expect(await inbox.queueTime(i)).to.equal(BigInt(at));
      expect(await inbox.queueHash(i + 1)).to.equal(chain(items.slice(0, i + 1)));
    }
    expect(await inbox.oldestPendingTime()).to.equal(await inbox.queueTime(0));
  });

  it("takes items of the greatest length, and none longer or empty", async () => {
    const { inbox, stranger } = await freshInbox();
    const user = inbox.connect(stranger);
    const [longForced, longCall] = [MAX_ITEM - 1, MAX_ITEM - 21];
    await user.enqueueForced(new Uint8Array(longForced));
    await user.enqueueCall(new Uint8Array(longCall));
    await expect(user.enqueueForced(new Uint8Array(longForced + 1)))
      .to.be.revertedWithCustomError(inbox, "ItemTooLong")
      .withArgs(longForced + 1, longForced);
    await expect(user.enqueueCall(new Uint8Array(longCall + 1)))
      .to.be.revertedWithCustomError(inbox, "ItemTooLong")
      .withArgs(longCall + 1, longCall);
    await expect(user.enqueueForced("0x")).to.be.revertedWithCustomError(inbox, "EmptyItem");
    await expect(user.enqueueCall("0x")).to.be.revertedWithCustomError(inbox, "EmptyItem");
  });

  it("names the caller of a call: a contract speaks for itself only", async () => {
    const { inbox, stranger } = await freshInbox();
    const relay = (await ethers.deployContract("BatchRelay")) as unknown as BatchRelay;
    const item = concat(uintBytes(4, 1), addressBytes(await relay.getAddress()), uintBytes(7, 1));
    await expect(relay.connect(stranger).relayCall(inbox, "0x07"))
      .to.emit(inbox, "QueueItem")
      .withArgs(0, (at: bigint) => at > 0n, item);
  });

  it("takes deposits and listings from the Bridge only", async () => {
    const { inbox, batcher } = await freshInbox();
    const other = inbox.connect(batcher);
    for (const sent of [
      other.enqueueListing(TOKEN, 0),
      other.enqueueDeposit(ZERO_ADDRESS, 9, 1, 0, OWNER, OWNER, 1n),
    ]) {
      await expect(sent).to.be.revertedWithCustomError(inbox, "NotBridge").withArgs(batcher.address);
    }
  });
});

describe("Inbox.appendQueue", () => {
  it("appends slices that join one another", async () => {
    const world = await freshInbox();
    const { inbox, batcher } = world;
    const items = await enqueue(world, 5);
    const from = inbox.connect(batcher);
    const t0 = await nextBlockIn(5);
    const first = sliceHeader(items, 0, 3, t0);
    await expect(from.appendQueue(await accNow(inbox), t0, 3))
      .to.emit(inbox, "EntryAppended")
      .withArgs(0, accOf([]), headerTuple(first), accOf([first]));
    expect(await inbox.included()).to.equal(3n);
    expect(await inbox.oldestPendingTime()).to.equal(await inbox.queueTime(3));

    const t1 = await nextBlockIn(5);
    const second = sliceHeader(items, 3, 5, t1);
    await expect(from.appendQueue(await accNow(inbox), t1, 5))
      .to.emit(inbox, "EntryAppended")
      .withArgs(1, accOf([first]), headerTuple(second), accOf([first, second]));
    expect(await inbox.oldestPendingTime()).to.equal(0n);
    expect(await inbox.lastBatcherTime()).to.equal(t1);
  });

  it("reverts on an empty slice, one going back and one past the queue", async () => {
    const world = await freshInbox();
    const { inbox, batcher } = world;
    await enqueue(world, 3);
    const from = inbox.connect(batcher);
    const now = await nextBlockIn(1);
    await from.appendQueue(await accNow(inbox), now, 2);
    const acc = await accNow(inbox);
    for (const to of [0, 2]) {
      await expect(from.appendQueue(acc, now, to))
        .to.be.revertedWithCustomError(inbox, "EmptySlice")
        .withArgs(2, to);
    }
    for (const to of [4n, 2n ** 56n + 3n, 2n ** 64n - 1n]) {
      await expect(from.appendQueue(acc, now, to))
        .to.be.revertedWithCustomError(inbox, "SlicePastQueue")
        .withArgs(to, 3);
    }
  });

  it("reverts on a wrong sender, accumulator or time, as appendBatch", async () => {
    const world = await freshInbox();
    const { inbox, batcher, stranger, deployedAt } = world;
    await enqueue(world, 1);
    const acc = await accNow(inbox);
    let now = await nextBlockIn(1);
    await expect(inbox.connect(stranger).appendQueue(acc, now, 1))
      .to.be.revertedWithCustomError(inbox, "NotBatcher")
      .withArgs(stranger.address, deployedAt + RULES.sequencerSilence);
    const from = inbox.connect(batcher);
    const wrong = `0x${"77".repeat(32)}`;
    await expect(from.appendQueue(wrong, now, 1))
      .to.be.revertedWithCustomError(inbox, "AccMismatch")
      .withArgs(wrong, acc);
    now = await nextBlockIn(1);
    await expect(from.appendQueue(acc, now + 1n, 1))
      .to.be.revertedWithCustomError(inbox, "TimeAhead")
      .withArgs(now + 1n, now);
    now = await nextBlockIn(1);
    const least = now - BigInt(RULES.maxTimeDrift);
    await expect(from.appendQueue(acc, least - 1n, 1))
      .to.be.revertedWithCustomError(inbox, "TimeLags")
      .withArgs(least - 1n, least);
    now = await nextBlockIn(1);
    await from.appendQueue(acc, now, 1);
    await enqueue(world, 1);
    await expect(from.appendQueue(await accNow(inbox), now - 1n, 2))
      .to.be.revertedWithCustomError(inbox, "TimeBackwards")
      .withArgs(now - 1n, now);
  });
});

describe("Inbox forced inclusion", () => {
  const DATA = seededBytes("in flight", 200);

  it("lets anyone include overdue items, not a second too early, with the earliest time allowed", async () => {
    const world = await freshInbox();
    const { inbox, stranger } = world;
    const items = await enqueue(world, 2);
    const due = (await inbox.queueTime(1)) + BigInt(RULES.forceDelay);
    await networkHelpers.time.setNextBlockTimestamp(due);
    await expect(inbox.connect(stranger).includeQueue(2))
      .to.be.revertedWithCustomError(inbox, "NotOverdue")
      .withArgs(1, due);
    await networkHelpers.time.setNextBlockTimestamp(due + 1n);
    const header = sliceHeader(items, 0, 2, due + 1n - BigInt(RULES.maxTimeDrift));
    await expect(inbox.connect(stranger).includeQueue(2))
      .to.emit(inbox, "EntryAppended")
      .withArgs(0, accOf([]), headerTuple(header), accOf([header]));
  });

  it("includes overdue items only, however many wait behind them", async () => {
    const world = await freshInbox();
    const { inbox, stranger } = world;
    await enqueue(world, 1);
    await networkHelpers.time.increase(RULES.forceDelay + 1);
    await enqueue(world, 1);
    const due = (await inbox.queueTime(1)) + BigInt(RULES.forceDelay);
    const from = inbox.connect(stranger);
    await expect(from.includeQueue(2)).to.be.revertedWithCustomError(inbox, "NotOverdue").withArgs(1, due);
    await expect(from.includeQueue(0)).to.be.revertedWithCustomError(inbox, "EmptySlice").withArgs(0, 0);
    await expect(from.includeQueue(3)).to.be.revertedWithCustomError(inbox, "SlicePastQueue").withArgs(3, 2);
    await from.includeQueue(1);
    await expect(from.includeQueue(1)).to.be.revertedWithCustomError(inbox, "EmptySlice").withArgs(1, 1);
  });

  it("never takes time back: the last entry's time holds where it is later", async () => {
    const world = await freshInbox();
    const { inbox, batcher, stranger } = world;
    await enqueue(world, 1);
    const since = await inbox.oldestPendingTime();
    const last = since + BigInt(RULES.forceDelay);
    await networkHelpers.time.setNextBlockTimestamp(last);
    await inbox.connect(batcher).appendBatch(await accNow(inbox), last, DATA);
    await nextBlockIn(1);
    await inbox.connect(stranger).includeQueue(1);
    expect(await inbox.lastTime()).to.equal(last);
  });

  it("reverts a batch in flight, which lands on the new accumulator with the same time and data", async () => {
    const world = await freshInbox();
    const { inbox, batcher, stranger } = world;
    const items = await enqueue(world, 1);
    await networkHelpers.time.increase(RULES.forceDelay + 100);
    const sealedOn = await accNow(inbox);
    const sealedAt = BigInt(await networkHelpers.time.latest());

    const now = await nextBlockIn(2);
    await inbox.connect(stranger).includeQueue(1);
    const slice = sliceHeader(items, 0, 1, now - BigInt(RULES.maxTimeDrift));
    await expect(inbox.connect(batcher).appendBatch(sealedOn, sealedAt, DATA))
      .to.be.revertedWithCustomError(inbox, "AccMismatch")
      .withArgs(sealedOn, accOf([slice]));

    await inbox.connect(batcher).appendBatch(await accNow(inbox), sealedAt, DATA);
    expect(await accNow(inbox)).to.equal(accOf([slice, batchHeader(DATA, sealedAt)]));
  });

  it("is not needed when the batcher includes in time", async () => {
    const world = await freshInbox();
    const { inbox, batcher, stranger } = world;
    await enqueue(world, 1);
    await inbox.connect(batcher).appendQueue(await accNow(inbox), await nextBlockIn(1), 1);
    await networkHelpers.time.increase(RULES.forceDelay + 1);
    await expect(inbox.connect(stranger).includeQueue(1))
      .to.be.revertedWithCustomError(inbox, "EmptySlice")
      .withArgs(1, 1);
    await append(world, DATA);
    expect(await inbox.length()).to.equal(2n);
  });
});

describe("Inbox silence rule", () => {
  const DATA = Uint8Array.of(0);

  it("opens appending to anyone at the very second, and the batcher's return closes it", async () => {
    const world = await freshInbox();
    const { inbox, batcher, stranger, deployedAt } = world;
    const opens = deployedAt + RULES.sequencerSilence;
    const any = inbox.connect(stranger);
    await networkHelpers.time.setNextBlockTimestamp(opens - 1);
    await expect(any.appendBatch(await accNow(inbox), opens - 1, DATA))
      .to.be.revertedWithCustomError(inbox, "NotBatcher")
      .withArgs(stranger.address, opens);
    await networkHelpers.time.setNextBlockTimestamp(opens);
    await any.appendBatch(await accNow(inbox), opens, DATA);
    expect(await inbox.lastBatcherTime()).to.equal(BigInt(deployedAt));

    await enqueue(world, 1);
    await any.appendQueue(await accNow(inbox), await nextBlockIn(1), 1);

    const back = await nextBlockIn(1);
    await inbox.connect(batcher).appendBatch(await accNow(inbox), back, DATA);
    await expect(any.appendBatch(await accNow(inbox), back, DATA))
      .to.be.revertedWithCustomError(inbox, "NotBatcher")
      .withArgs(stranger.address, back + BigInt(RULES.sequencerSilence));
  });

  it("is not broken by a forced inclusion", async () => {
    const world = await freshInbox();
    const { inbox, batcher, deployedAt } = world;
    await enqueue(world, 1);
    await networkHelpers.time.increase(RULES.forceDelay + 1);
    await inbox.connect(batcher).includeQueue(1);
    expect(await inbox.lastBatcherTime()).to.equal(BigInt(deployedAt));
  });
});
