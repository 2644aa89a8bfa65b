import { OUTCOMES, Outcome, VERBS } from "@lakh/protocol";
import { expect } from "chai";

import { SEED } from "../support/random.ts";
import { runCampaign } from "./campaign.ts";
import { openDriver } from "./driver.ts";

const CASES = 3000;

describe("Parity of engine and StepVerifier", () => {
  it(`agrees on ${CASES} random steps (seed ${SEED})`, async () => {
    const tally = await runCampaign(await openDriver(), CASES, SEED);
    expect(tally.cases).to.be.at.least(CASES);
    console.log([...tally.outcomes].map(([o, n]) => `${OUTCOMES[o]?.name} ${n}`).join(", "));
    console.log([...tally.verbs].map(([o, n]) => `${o} ${n.effective}/${n.seen}`).join(", "));
  });
});
