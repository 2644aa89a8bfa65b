import { expect } from "chai";

import { runShort } from "../../campaigns/lib/short.ts";
import { reorg } from "../../campaigns/reorg.ts";

describe("campaign reorg, short", () => {
  it("ends on what L1 holds at each stage", async function () {
    this.timeout(120_000);
    const { cases } = await runShort(reorg, 10);
    expect(cases).to.be.greaterThan(0);
  });
});
