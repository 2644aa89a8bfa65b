import { FAIL_POINTS } from "@lakh/service";
import { expect } from "chai";

import { killOf } from "../../campaigns/kill.ts";
import { type Daemon, PLACES, type Place, deathsOf } from "../../campaigns/lib/crash-plan.ts";
import { runShort } from "../../campaigns/lib/short.ts";

const DAEMONS = Object.keys(PLACES) as Daemon[];
const placesOf = (daemon: Daemon): Place[] => [...PLACES[daemon].fresh, ...PLACES[daemon].later];

describe("campaign kill, short", () => {
  it("loses nothing and does nothing twice, whichever daemon is killed", async function () {
    this.timeout(600_000);
    const { tally } = await runShort(killOf(1), 4, 500);
    for (const daemon of DAEMONS) expect(tally.of(`${daemon} killed: a random moment`), daemon).to.equal(1);
    expect(tally.of("entry sealed while the batcher was killed")).to.be.at.least(8);
    expect(tally.of("money of the challenger in a dispute")).to.equal(1);
    expect(tally.of("envelope acknowledged by a sequencer that was killed")).to.be.at.least(1);
    expect(tally.of("entry of L1's under a follower that was killed")).to.be.at.least(1);
  });

  it("leaves no fail point out, and comes to each place of each daemon in turn", () => {
    const points = new Set(DAEMONS.flatMap(placesOf).map((place) => place.split("@")[0]));
    expect([...points].sort()).to.deep.equal([...FAIL_POINTS].sort());
    for (const daemon of DAEMONS) {
      const rounds = Math.ceil(PLACES[daemon].later.length / 4);
      const deaths = Array.from({ length: rounds }, (_, round) => deathsOf(daemon, round, 4)).flat();
      expect(placesOf(daemon).filter((place) => !deaths.includes(place))).to.deep.equal([]);
      expect(deaths.filter((death) => death === undefined)).to.have.length(4 * rounds);
    }
  });
});
