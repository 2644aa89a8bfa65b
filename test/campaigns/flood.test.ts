import { expect } from "chai";

import { flood } from "../../campaigns/flood.ts";
import { runShort } from "../../campaigns/lib/short.ts";

describe("campaign flood, short", () => {
  it("cuts a flood at the limits and serves the honest user", async function () {
    this.timeout(120_000);
    const { tally } = await runShort(flood, 1);
    expect(tally.of("honest envelope")).to.equal(40);
    expect(tally.of("call of the flood")).to.be.greaterThan(1000);
  });
});
