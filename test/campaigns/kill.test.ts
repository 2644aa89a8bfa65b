import { expect } from "chai";

import { kill } from "../../campaigns/kill.ts";
import { runShort } from "../../campaigns/lib/short.ts";

describe("campaign kill, short", () => {
  it("loses nothing and does nothing twice, whichever daemon is killed", async function () {
    this.timeout(300_000);
    const { tally } = await runShort(kill, 3, 200);
    expect(tally.of("entry sealed while the batcher was killed")).to.equal(20);
    expect(tally.of("money of the challenger in a dispute")).to.equal(1);
    expect(tally.of("envelope acknowledged before a kill")).to.be.at.least(1);
  });
});
