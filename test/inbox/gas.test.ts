import { MAX_BATCH, fromHex } from "@lakh/protocol";
import { expect } from "chai";

import { calldataFloor, recordGas, skipUnderCoverage } from "../support/gas.ts";
import { seededBytes } from "../support/random.ts";
import { append, enqueue, freshInbox, networkHelpers, nextBlockIn, RULES, accNow } from "./fixture.ts";

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
