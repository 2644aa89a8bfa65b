import { expect } from "chai";

import { runShort } from "../../campaigns/lib/short.ts";
import { reorgOf } from "../../campaigns/reorg.ts";

describe("campaign reorg, short", () => {
  it("ends on what L1 holds, whatever it takes back", async function () {
    this.timeout(120_000);
    const { tally, figures } = await runShort(reorgOf(1), 4);
    for (const stage of ["replaced deposit", "proof", "pick", "payment"])
      expect(tally.of(`fork under: ${stage}`), stage).to.equal(1);
    expect(figures).to.have.length(4);
  });
});
