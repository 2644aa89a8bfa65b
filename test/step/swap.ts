/** One swap through the step verifier, its numbers worked out by hand (`world.ts`). */
import { MAX_BATCH, Outcome, encodeBatch } from "@lakh/protocol";
import { expect } from "chai";

import { seededBytes } from "../support/random.ts";
import { deployStep, machineOf, moved, stepCase } from "../support/step/deploy.ts";
import { inBatch, packWitness } from "../support/step/witness.ts";
import { ALICE, NOW, POOL, machine, signed, swap, swapped, tree } from "../support/step/world.ts";

describe("StepVerifier > step > one swap", () => {
  it("gives the numbers worked out by hand", async () => {
    const { harness, verifier, separator } = await deployStep();
    const state = tree();
    const items = encodeBatch([seededBytes("before", 900), signed(state, separator, swap, "alice")]);
    const cursor = 902;
    const batch = new Uint8Array(MAX_BATCH);
    batch.set(items);
    batch.set(seededBytes("behind", MAX_BATCH - items.length), items.length);

    const place = inBatch(batch, cursor, NOW);
    const pre = machine(state, cursor);
    const one = stepCase(pre, place, packWitness(place, state, [POOL, ALICE]));
    const { post, outcome } = await harness.measure.staticCall(verifier, one, 0n);
    const stateRoot = state.with(swapped).root();
    expect(outcome).to.equal(Outcome.Ok);
    expect(machineOf(post)).to.deep.equal({ ...moved(pre, place), stateRoot, fees: pre.fees + swap.fee });
  });
});
