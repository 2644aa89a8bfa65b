/** A signature serves one deployment on one chain. */
import { Outcome, domainSeparator, encodeBatch, type SigningDomain } from "@lakh/protocol";
import { expect } from "chai";

import { type Step, deployStep, machineOf, moved, stepCase } from "../support/step/deploy.ts";
import { inBatch, packWitness } from "../support/step/witness.ts";
import { ALICE, NOW, POOL, machine, signed, swap, tree } from "../support/step/world.ts";

describe("StepVerifier > step > replay", () => {
  const state = tree();
  let step: Step;

  before(async () => {
    step = await deployStep();
  });

  async function stepOf(separator: Uint8Array) {
    const place = inBatch(encodeBatch([signed(state, separator, swap, "alice")]), 0, NOW);
    const pre = machine(state, 0);
    const witness = packWitness(place, state, [POOL, ALICE]);
    const { post, outcome } = await step.harness.measure.staticCall(step.verifier, stepCase(pre, place, witness), 0n);
    return { post: machineOf(post), outcome: Number(outcome), unchanged: moved(pre, place) };
  }

  const elsewhere: [string, (domain: SigningDomain) => SigningDomain][] = [
    ["another Inbox of this chain", (domain) => ({ ...domain, inbox: `0x${"1b".repeat(20)}` })],
    ["the same Inbox address of another chain", (domain) => ({ ...domain, chainId: domain.chainId + 1n })],
  ];
  for (const [title, change] of elsewhere)
    it(`an envelope for ${title} is signed by nobody and changes nothing`, async () => {
      const { post, outcome, unchanged } = await stepOf(domainSeparator(change(step.domain)));
      expect(outcome).to.equal(Outcome.BadSignature);
      expect(post).to.deep.equal(unchanged);
    });

  it("the same envelope for this deployment takes effect", async () => {
    expect((await stepOf(step.separator)).outcome).to.equal(Outcome.Ok);
  });
});
