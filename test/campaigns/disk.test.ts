import { expect } from "chai";

import { disk } from "../../campaigns/disk.ts";
import { runShort } from "../../campaigns/lib/short.ts";
import { SmallDisk } from "../../campaigns/lib/small-disk.ts";
import { cleanUp } from "../node/world.ts";

describe("campaign disk, short", () => {
  it("waits on a full disk, says so, and goes on", async function () {
    this.timeout(300_000);
    const whyNot = await SmallDisk.whyNot().finally(cleanUp);
    if (whyNot !== undefined) {
      console.log(`      skipped: no file system can be mounted here (${whyNot})`);
      this.skip();
    }
    const { tally } = await runShort(disk, 2, 200);
    for (const role of ["sequencer", "batcher"]) {
      expect(tally.of(`disk full under a ${role}`)).to.equal(3);
      expect(tally.of(`room again under a ${role}`)).to.equal(3);
    }
  });
});
