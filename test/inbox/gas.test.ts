import { BLOB_CAPACITY, packBlobs } from "@lakh/da";
import { MAX_BATCH, MAX_BLOBS, ZERO_HASH, fromHex } from "@lakh/protocol";
import { expect } from "chai";
import { Wallet } from "ethers";

import { developmentKey } from "../agents/wire.ts";
import { sendBlobs } from "../support/blobs.ts";
import { calldataFloor, recordGas, skipUnderCoverage } from "../support/gas.ts";
import { seededBytes } from "../support/random.ts";
import { append, enqueue, ethers, freshInbox, networkHelpers, nextBlockIn, RULES, accNow } from "./fixture.ts";

const SEED = "gas 1";

describe(`Inbox gas, seed "${SEED}"`, () => {
  before(skipUnderCoverage);

  const batches = {
    random: seededBytes(SEED, MAX_BATCH),
    "all zero": new Uint8Array(MAX_BATCH),
  };
  for (const [name, data] of Object.entries(batches)) {
    it(`a full batch costs no more than its calldata floor: ${name}`, async () => {
      const sent = await append(await freshInbox(), data);
      const used = (await sent.wait())?.gasUsed ?? 0n;
      recordGas(`Inbox.appendBatch: 96 KiB, ${name}`, used);
      expect(used).to.equal(calldataFloor(fromHex(sent.data)));
    });
  }

  for (const blobs of [1, MAX_BLOBS])
    it(`a batch of ${blobs} blobs costs the same whatever it holds`, async function () {
      this.timeout(120_000);
      const { inbox } = await freshInbox();
      const data = seededBytes(SEED, blobs * BLOB_CAPACITY);
      const call = inbox.interface.encodeFunctionData("appendBlobs", [ZERO_HASH, await nextBlockIn(1), data.length]);
      const wallet = new Wallet(developmentKey(1));
      const sent = await sendBlobs(
        ethers.provider,
        wallet,
        { to: await inbox.getAddress(), data: call },
        packBlobs(data),
      );
      recordGas(`Inbox.appendBlobs: ${blobs} ${blobs === 1 ? "blob" : "blobs"}`, (await sent.wait())?.gasUsed ?? 0n);
    });

  it("of the queue", async () => {
    const world = await freshInbox();
    const { inbox, batcher, stranger } = world;
    await enqueue(world, 1);
    const forced = await inbox.connect(stranger).enqueueForced(seededBytes(SEED, 90));
    recordGas("Inbox.enqueueForced: 90 bytes", (await forced.wait())?.gasUsed ?? 0n);
    const slice = await inbox.connect(batcher).appendQueue(await accNow(inbox), await nextBlockIn(1), 1);
    recordGas("Inbox.appendQueue", (await slice.wait())?.gasUsed ?? 0n);
    await networkHelpers.time.increase(RULES.forceDelay + 1);
    const included = await inbox.connect(stranger).includeQueue(2);
    recordGas("Inbox.includeQueue", (await included.wait())?.gasUsed ?? 0n);
  });
});
