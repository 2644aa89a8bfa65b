import { expect } from "chai";

import { floodOf } from "../../campaigns/flood.ts";
import { runShort } from "../../campaigns/lib/short.ts";

const CONNECTIONS = 600;

describe("campaign flood, short", () => {
  it("cuts a flood at the limits and serves the honest users", async function () {
    this.timeout(120_000);
    const { tally } = await runShort(floodOf(CONNECTIONS), 1);
    expect(tally.of("honest envelope")).to.equal(40);
    expect(tally.of("honest envelope by the stream")).to.equal(40);
    expect(tally.times("envelope of one account", "RateLimited")).to.be.greaterThan(0);
    expect(tally.of("forged envelope")).to.be.greaterThan(1000);
    expect(tally.of("call of the flood")).to.be.greaterThan(1000);
  });
});
