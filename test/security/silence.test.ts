/** After the batcher's silence strangers may append: they can cost its return a re-send, and no more than that each. */
import { ZERO_HASH } from "@lakh/protocol";
import { expect } from "chai";

import { RULES, accNow, freshInbox, networkHelpers, nextBlockIn } from "../inbox/fixture.ts";

const JUNK = Uint8Array.of(0);
const DATA = Uint8Array.of(1, 17);

describe("Inbox > strangers at the open door", () => {
  it("a batch raced by a stranger's lands on the next accumulator, and the door is shut again", async () => {
    const { inbox, batcher, stranger } = await freshInbox();
    await networkHelpers.time.increase(RULES.sequencerSilence);
    const now = await nextBlockIn(1);
    await inbox.connect(stranger).appendBatch(ZERO_HASH, now, JUNK);
    const raced = await accNow(inbox);
    await nextBlockIn(1);
    await expect(inbox.connect(batcher).appendBatch(ZERO_HASH, now, DATA))
      .to.be.revertedWithCustomError(inbox, "AccMismatch")
      .withArgs(ZERO_HASH, raced);
    await inbox.connect(batcher).appendBatch(raced, now, DATA);
    const opens = (await inbox.lastBatcherTime()) + BigInt(RULES.sequencerSilence);
    await expect(inbox.connect(stranger).appendBatch(await accNow(inbox), now, JUNK))
      .to.be.revertedWithCustomError(inbox, "NotBatcher")
      .withArgs(stranger.address, opens);
  });
});
