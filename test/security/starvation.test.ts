/** Whoever sends a step chooses its gas: too little may make it revert, never end otherwise. */
import type { Machine } from "@lakh/protocol";
import { encodeBatch } from "@lakh/protocol";
import { expect } from "chai";

import { type Step, deployStep, machineOf, stepCase } from "../support/step/deploy.ts";
import { type Place, inBatch, inBlobs, packWitness } from "../support/step/witness.ts";
import { ALICE, BOB, NEXT_EXIT, NOW, POOL, USDC, machine, signed, swap, tree } from "../support/step/world.ts";

/** Gas between two limits tried: less than what `ecrecover` (3,000) or a family's cold call (2,600) takes. */
const STRIDE = 1_250n;
/** Harness and step together take less. */
const PLENTY = 1_000_000n;
const EXIT_0 = 2 ** 39;

describe("StepVerifier > step > gas starvation", () => {
  const state = tree();
  let step: Step;

  before(async () => {
    step = await deployStep();
  });

  /** Results of the step at every gas limit from the least that suffices down to `below` less. */
  async function sweep(pre: Machine, place: Place, witness: Uint8Array, below: bigint) {
    const { harness, verifier } = step;
    const given = stepCase(pre, place, witness);
    const at = (gasLimit: bigint) =>
      harness.measure.staticCall(verifier, given, place.queueIndex, { gasLimit }).then(
        ({ post, outcome }) => ({ post: machineOf(post), outcome }),
        () => undefined,
      );
    const whole = await at(PLENTY);
    if (whole === undefined) throw new Error("the step reverts with plenty of gas");
    let [fails, suffices] = [21_000n, PLENTY];
    while (suffices - fails > 100n) {
      const middle = (fails + suffices) / 2n;
      if ((await at(middle)) === undefined) fails = middle;
      else suffices = middle;
    }
    let reverted = 0;
    for (let gas = suffices; gas > suffices - below; gas -= STRIDE) {
      const result = await at(gas);
      if (result === undefined) reverted++;
      else expect(result, `with ${gas} gas`).to.deep.equal(whole);
    }
    return { ...whole, reverted };
  }

  it("of a swap gives the one result or reverts", async () => {
    const place = inBatch(encodeBatch([signed(state, step.separator, swap, "alice")]), 0, NOW);
    const { outcome, reverted } = await sweep(
      machine(state, 0),
      place,
      packWitness(place, state, [POOL, ALICE]),
      90_000n,
    );
    expect(outcome).to.equal(0n);
    expect(reverted).to.be.above(0);
  });

  it("of a swap in a blob gives the one result or reverts", async () => {
    const place = inBlobs(encodeBatch([signed(state, step.separator, swap, "alice")]), 0, NOW);
    const witness = packWitness(place, state, [POOL, ALICE]);
    const { outcome, reverted } = await sweep(machine(state, 0), place, witness, 120_000n);
    expect(outcome).to.equal(0n);
    expect(reverted).to.be.above(0);
  });

  it("of an envelope whose ops call two families in turn gives the one result or reverts", async () => {
    const ops = [
      { verb: "transfer", object: USDC, object2: BOB, amount: 5n },
      { verb: "swapExactIn0", object: POOL, amount: 1_000_000n, amount2: 1n },
      { verb: "withdraw", object: USDC, party: `0x${"ab".repeat(20)}`, amount: 7n },
    ] as const;
    const exit = EXIT_0 + Number(NEXT_EXIT);
    const wider = tree([[exit, new Uint8Array(0)]]);
    const bytes = signed(wider, step.separator, { ...swap, ops: [...ops] }, "alice");
    const place = inBatch(encodeBatch([bytes]), 0, NOW);
    const leaves = [USDC, POOL, ALICE, BOB, exit];
    const { outcome, reverted } = await sweep(machine(wider, 0), place, packWitness(place, wider, leaves), 150_000n);
    expect(outcome).to.equal(0n);
    expect(reverted).to.be.above(0);
  });
});
