import { expect } from "chai";

import { bytesCampaign } from "../../campaigns/bytes.ts";
import { runShort } from "../../campaigns/lib/short.ts";

describe("campaign bytes, short", () => {
  it("leaves every parser alive and the twins in agreement", async function () {
    this.timeout(120_000);
    const { tally } = await runShort(bytesCampaign(0.15), 1);
    expect(tally.of("envelope")).to.equal(2700);
    expect(tally.of("RPC body")).to.equal(45);
    expect(tally.of("step of both twins")).to.equal(154);
  });
});
