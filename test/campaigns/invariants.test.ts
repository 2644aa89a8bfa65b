import { expect } from "chai";

import { invariants } from "../../campaigns/invariants.ts";
import { runShort } from "../../campaigns/lib/short.ts";

describe("campaign invariants, short", () => {
  it("conserves every asset in a life of 1,500 steps, and no rounding pays", async function () {
    this.timeout(60_000);
    const { tally } = await runShort(invariants, 1);
    expect(tally.of("envelope")).to.be.greaterThan(500);
    expect(tally.of("queue item")).to.be.greaterThan(200);
    expect(tally.of("op against exact fractions")).to.be.greaterThan(200);
  });
});
