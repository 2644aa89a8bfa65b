import { ZERO_ADDRESS, ZERO_HASH } from "@lakh/protocol";
import { expect } from "chai";

import { RULES, ethers, freshInbox } from "./fixture.ts";

describe("Inbox constructor and views", () => {
  it("keeps its rules and starts empty", async () => {
    const { inbox, batcher, bridge, deployedAt } = await freshInbox();
    const { forceDelay, maxTimeDrift, sequencerSilence } = RULES;
    expect(await inbox.params()).to.deep.equal([
      batcher.address,
      bridge.address,
      BigInt(forceDelay),
      BigInt(maxTimeDrift),
      BigInt(sequencerSilence),
    ]);
    expect(await inbox.BRIDGE()).to.equal(bridge.address);
    expect(await inbox.length()).to.equal(0n);
    expect(await inbox.acc(0)).to.equal(ZERO_HASH);
    expect(await inbox.acc(1)).to.equal(ZERO_HASH);
    expect(await inbox.queueLength()).to.equal(0n);
    expect(await inbox.queueHash(0)).to.equal(0n);
    expect(await inbox.included()).to.equal(0n);
    expect(await inbox.lastTime()).to.equal(0n);
    expect(await inbox.oldestPendingTime()).to.equal(0n);
    expect(await inbox.lastBatcherTime()).to.equal(BigInt(deployedAt));
  });

  const bad = { batcher: ZERO_ADDRESS, bridge: ZERO_ADDRESS, forceDelay: 0, maxTimeDrift: 0, sequencerSilence: 0 };
  for (const [name, value] of Object.entries(bad)) {
    it(`reverts when ${name} is zero`, async () => {
      const { inbox, params } = await freshInbox();
      const deployment = ethers.deployContract("Inbox", [{ ...params, [name]: value }]);
      await expect(deployment).to.be.revertedWithCustomError(inbox, "BadParameter").withArgs(name);
    });
  }

  it("reverts past the end of the queue", async () => {
    const { inbox, stranger } = await freshInbox();
    await inbox.connect(stranger).enqueueForced("0x11");
    await inbox.queueHash(1);
    await expect(inbox.queueHash(2)).to.be.revertedWithCustomError(inbox, "NoQueueItem").withArgs(2, 1);
    await inbox.queueTime(0);
    await expect(inbox.queueTime(1)).to.be.revertedWithCustomError(inbox, "NoQueueItem").withArgs(1, 1);
  });
});
