import { expect } from "chai";

import { runShort } from "../../campaigns/lib/short.ts";
import { rpc } from "../../campaigns/rpc.ts";

describe("campaign rpc, short", () => {
  it("recovers from what a bad L1 endpoint does", async function () {
    this.timeout(120_000);
    const { tally } = await runShort(rpc, 1);
    for (const service of ["sequencer", "follower", "batcher", "proposer", "challenger", "sender"])
      expect(tally.of(`${service} afterwards`), service).to.equal(1);
  });
});
