import { CAP_UNITS, ZERO_ADDRESS } from "@lakh/protocol";
import { expect } from "chai";

import { ETH, ethers, freshBridge } from "./fixture.ts";

describe("Bridge constructor", () => {
  it("keeps its rules and knows ETH from the start", async () => {
    const { bridge, inbox, claims } = await freshBridge();
    expect(await bridge.params()).to.deep.equal([await inbox.getAddress(), await claims.getAddress(), CAP_UNITS]);
    expect(await inbox.BRIDGE()).to.equal(await bridge.getAddress());
    expect(await bridge.isListed(ETH.token, ETH.shift)).to.equal(true);
    expect(await bridge.isListed(ETH.token, 8)).to.equal(false);
    expect(await bridge.escrow(ETH.token, ETH.shift)).to.equal(0n);
    expect(await inbox.queueLength()).to.equal(0n);
  });

  const bad: [string, object][] = [
    ["inbox", { inbox: ZERO_ADDRESS }],
    ["claims", { claims: ZERO_ADDRESS }],
    ["capUnits", { capUnits: 0n }],
    ["capUnits", { capUnits: CAP_UNITS + 1n }],
  ];
  for (const [name, override] of bad) {
    it(`reverts when ${name} is out of range: ${Object.values(override).map(String).join()}`, async () => {
      const { bridge, inbox, claims } = await freshBridge();
      const good = { inbox: await inbox.getAddress(), claims: await claims.getAddress(), capUnits: CAP_UNITS };
      await expect(ethers.deployContract("Bridge", [{ ...good, ...override }]))
        .to.be.revertedWithCustomError(bridge, "BadParameter")
        .withArgs(name);
    });
  }

  it("reverts when the Inbox was made for another Bridge", async () => {
    const { bridge, inbox, claims } = await freshBridge();
    const params = { inbox: await inbox.getAddress(), claims: await claims.getAddress(), capUnits: CAP_UNITS };
    await expect(ethers.deployContract("Bridge", [params]))
      .to.be.revertedWithCustomError(bridge, "WrongBridge")
      .withArgs(await bridge.getAddress(), (actual: string) => actual !== ZERO_ADDRESS);
  });

  it("takes no ether but through depositETH", async () => {
    const { bridge, user } = await freshBridge();
    await expect(user.sendTransaction({ to: await bridge.getAddress(), value: 1n })).to.be.revertedWithoutReason(
      ethers,
    );
  });
});
