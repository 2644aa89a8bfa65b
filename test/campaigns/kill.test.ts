import { expect } from "chai";

import { kill } from "../../campaigns/kill.ts";
import { runShort } from "../../campaigns/lib/short.ts";

describe("campaign kill, short", () => {
  it("keeps what was acknowledged through kills and torn writes", async function () {
    this.timeout(120_000);
    const { tally } = await runShort(kill, 1);
    expect(tally.of("kill -9 under load")).to.equal(5);
  });
});
