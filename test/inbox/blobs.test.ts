import { BLOB_CAPACITY, packBlobs } from "@lakh/da";
import { MAX_BLOB_BATCH, ZERO_HASH, keccak256, toHex, utf8 } from "@lakh/protocol";
import { expect } from "chai";
import { Wallet } from "ethers";

import { developmentKey } from "../agents/wire.ts";
import { blobHeader, sendBlobs } from "../support/blobs.ts";
import { seededBytes } from "../support/random.ts";
import {
  RULES,
  type World,
  accNow,
  accOf,
  append,
  enqueue,
  ethers,
  freshInbox,
  headerTuple,
  networkHelpers,
  nextBlockIn,
} from "./fixture.ts";

const DATA = seededBytes("blob batch", 300);
const [batcher, stranger] = [new Wallet(developmentKey(1)), new Wallet(developmentKey(3))];

interface Given {
  readonly acc?: string;
  readonly time?: bigint;
  readonly size?: number;
  readonly blobs?: readonly Uint8Array[];
  readonly from?: Wallet;
}

/** Appends DATA, or something else, in the next block. */
async function appendBlobs({ inbox }: World, given: Given = {}) {
  const { acc = await accNow(inbox), time, size = DATA.length, blobs = packBlobs(DATA), from = batcher } = given;
  const at = time ?? (await nextBlockIn(1));
  const data = inbox.interface.encodeFunctionData("appendBlobs", [acc, at, size]);
  return sendBlobs(ethers.provider, from, { to: await inbox.getAddress(), data }, blobs);
}

describe("Inbox.appendBlobs", function () {
  this.timeout(300_000);

  it("chains the entry: size, number of blobs and the hash of their hashes", async () => {
    const world = await freshInbox();
    const { inbox } = world;
    const sent = await appendBlobs(world);
    const first = blobHeader(await inbox.lastTime(), DATA);
    await expect(sent)
      .to.emit(inbox, "EntryAppended")
      .withArgs(0, ZERO_HASH, headerTuple(first), accOf([first]));
    expect(await inbox.acc(1)).to.equal(accOf([first]));
    expect(await inbox.lastBatcherTime()).to.equal(first.time);
  });

  it("takes as few blobs as hold the bytes, up to six, and looks at no more of them", async () => {
    const world = await freshInbox();
    const { inbox } = world;
    const six = packBlobs(seededBytes("six", MAX_BLOB_BATCH));
    const headers = [];
    for (const size of [BLOB_CAPACITY, BLOB_CAPACITY + 1, MAX_BLOB_BATCH]) {
      await appendBlobs(world, { size, blobs: six });
      const count = Math.ceil(size / BLOB_CAPACITY);
      headers.push({
        ...blobHeader(await inbox.lastTime(), new Uint8Array(size), six.slice(0, count)),
        b: BigInt(count),
      });
      expect(await accNow(inbox)).to.equal(accOf(headers));
    }
  });

  it("may follow and be followed by calldata batches", async () => {
    const world = await freshInbox();
    await append(world, DATA);
    await appendBlobs(world);
    await append(world, DATA);
    expect(await world.inbox.length()).to.equal(3n);
  });

  const fails = (sent: Promise<unknown>, world: World, name: string) =>
    expect(sent).to.be.revertedWithCustomError(world.inbox, name);

  it("reverts when a blob is missing", async () => {
    const world = await freshInbox();
    await fails(appendBlobs(world, { size: BLOB_CAPACITY + 1 }), world, "NoBlob").withArgs(1, 2);
    const now = await nextBlockIn(1);
    const call = world.inbox.connect(world.batcher).appendBlobs(ZERO_HASH, now, 1);
    await fails(call, world, "NoBlob").withArgs(0, 1);
  });

  it("reverts when the batch is empty, or one byte too long", async () => {
    const world = await freshInbox();
    await fails(appendBlobs(world, { size: 0 }), world, "EmptyBatch");
    const size = MAX_BLOB_BATCH + 1;
    await fails(appendBlobs(world, { size }), world, "BatchTooLong").withArgs(size, MAX_BLOB_BATCH);
  });

  it("reverts on a wrong sender, accumulator or time, and while a queue item is overdue, as appendBatch", async () => {
    const world = await freshInbox();
    const { inbox } = world;
    await fails(appendBlobs(world, { from: stranger }), world, "NotBatcher").withArgs(
      stranger.address,
      world.deployedAt + RULES.sequencerSilence,
    );
    const acc = toHex(keccak256(utf8("elsewhere")));
    await fails(appendBlobs(world, { acc }), world, "AccMismatch").withArgs(acc, ZERO_HASH);

    await append(world, DATA);
    const last = await inbox.lastTime();
    await nextBlockIn(10);
    await fails(appendBlobs(world, { time: last - 1n }), world, "TimeBackwards");
    let now = await nextBlockIn(10);
    await fails(appendBlobs(world, { time: now + 1n }), world, "TimeAhead");
    now = await nextBlockIn(RULES.maxTimeDrift + 50);
    await fails(appendBlobs(world, { time: now - BigInt(RULES.maxTimeDrift) - 1n }), world, "TimeLags");

    await enqueue(world, 1);
    await networkHelpers.time.increase(RULES.forceDelay + 1);
    await fails(appendBlobs(world), world, "QueueOverdue");
  });

  it("refuses times and sizes with dirty high bits", async () => {
    const world = await freshInbox();
    const { inbox } = world;
    const now = await nextBlockIn(1);
    const good = inbox.interface.encodeFunctionData("appendBlobs", [ZERO_HASH, now, DATA.length]);
    const to = await inbox.getAddress();
    for (const word of [1, 2]) {
      const at = 2 + 2 * (4 + 32 * word);
      const data = `${good.slice(0, at)}ff${good.slice(at + 2)}`;
      const sent = sendBlobs(ethers.provider, batcher, { to, data }, packBlobs(DATA));
      await expect(sent, `word ${word}`).to.be.revertedWithoutReason(ethers);
    }
    await sendBlobs(ethers.provider, batcher, { to, data: good }, packBlobs(DATA));
    expect(await inbox.length()).to.equal(1n);
  });

  it("is open to anyone after the batcher's silence, and never lands twice", async () => {
    const world = await freshInbox();
    await networkHelpers.time.increase(RULES.sequencerSilence);
    await appendBlobs(world, { from: stranger, acc: ZERO_HASH });
    await fails(appendBlobs(world, { from: stranger, acc: ZERO_HASH }), world, "AccMismatch");
  });
});
