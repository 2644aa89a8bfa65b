import { OUTCOMES, Outcome, VERBS } from "@lakh/protocol";
import { expect } from "chai";

import { SEED } from "../support/random.ts";
import { runCampaign } from "./campaign.ts";
import { type Driver, disagreement, openDriver } from "./driver.ts";
import { LIMIT_OUTCOMES, limitCases } from "./limits.ts";

const CASES = 3000;
/** No random state comes near these: `limits.ts` reaches them. */
const LIMITS: readonly Outcome[] = [Outcome.ObjectsFull, Outcome.ExitsFull];

describe("Parity of engine and StepVerifier", () => {
  let driver: Driver;

  before(async () => {
    driver = await openDriver();
  });

  it(`agrees on ${CASES} random steps, which reach every outcome and every op (seed ${SEED})`, async function () {
    this.timeout(600_000);
    const tally = await runCampaign(driver, CASES, SEED);
    expect(tally.cases).to.be.at.least(CASES);
    const codes = OUTCOMES.map((_, code) => code as Outcome);
    const unreached = codes.filter((code) => !tally.outcomes.has(code) && !LIMITS.includes(code));
    expect(unreached.map((code) => OUTCOMES[code]?.name)).to.deep.equal([]);
    for (const verb of VERBS) if (verb) expect(tally.verbs.get(verb.name)?.effective, verb.name).to.be.greaterThan(0);
  });

  it("agrees where indices run out", async () => {
    const cases = limitCases();
    expect(cases.map(({ outcome }) => outcome)).to.deep.equal(LIMIT_OUTCOMES);
    const answers = await driver.run(cases);
    const wrong = cases.map((one, i) => disagreement(one, answers[i] as (typeof answers)[number]));
    expect(wrong).to.deep.equal(cases.map(() => undefined));
  });
});
