import { expect } from "chai";

import { runShort } from "../../campaigns/lib/short.ts";
import { liars } from "../../campaigns/liars.ts";

describe("campaign liars, short", () => {
  it("lets the honest win in the zoo", async function () {
    this.timeout(120_000);
    const { tally } = await runShort(liars, 4);
    expect(tally.of("game")).to.equal(4);
  });
});
