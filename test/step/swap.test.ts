/** One swap through the step verifier, its numbers worked out by hand (`world.ts`). */
import { MAX_BATCH, Outcome, encodeBatch, encodeRecord } from "@lakh/protocol";
import { expect } from "chai";

import uniswap from "../../vectors/uniswap-v2.json" with { type: "json" };
import { seededBytes } from "../support/random.ts";
import { deployStep, machineOf, moved, stepCase } from "../support/step/deploy.ts";
import { inBatch, packWitness } from "../support/step/witness.ts";
import {
  ALICE,
  ETH,
  NOW,
  POOL,
  USDC,
  alice,
  machine,
  pool,
  signed,
  swap,
  swapped,
  tree,
} from "../support/step/world.ts";

/** Uniswap v2's numbers that fit 64 bits; the pool's fee is the same 0.3 %. */
const known = uniswap.getAmountOut
  .map(({ amountIn, reserveIn, reserveOut, amountOut }) => ({
    amountIn: BigInt(amountIn),
    reserve0: BigInt(reserveIn),
    reserve1: BigInt(reserveOut),
    amountOut: BigInt(amountOut),
  }))
  .filter((numbers) => Object.values(numbers).every((value) => value < 2n ** 64n));

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

  it("gives Uniswap v2's known numbers", async () => {
    const { harness, verifier, separator } = await deployStep();
    expect(known).to.have.length.greaterThan(4);
    for (const { amountIn, reserve0, reserve1, amountOut } of known) {
      const still = { ...pool, lastTime: NOW, reserve0, reserve1 };
      const holdings = [{ key: ETH, amount: amountIn }];
      const state = tree([
        [POOL, encodeRecord(still)],
        [ALICE, encodeRecord({ ...alice, holdings })],
      ]);
      const op = { verb: "swapExactIn0", object: POOL, amount: amountIn, amount2: amountOut } as const;
      const batch = encodeBatch([signed(state, separator, { ...swap, fee: 0n, ops: [op] }, "alice")]);
      const place = inBatch(batch, 0, NOW);
      const pre = machine(state, 0);
      const one = stepCase(pre, place, packWitness(place, state, [POOL, ALICE]));
      const { post, outcome } = await harness.measure.staticCall(verifier, one, 0n);
      const nonceBits = alice.nonceBits | (1n << (swap.nonce - alice.nonceBase));
      const after = state.with([
        [POOL, encodeRecord({ ...still, reserve0: reserve0 + amountIn, reserve1: reserve1 - amountOut })],
        [ALICE, encodeRecord({ ...alice, nonceBits, holdings: [{ key: USDC, amount: amountOut }] })],
      ]);
      expect(outcome).to.equal(Outcome.Ok);
      expect(machineOf(post)).to.deep.equal({ ...moved(pre, place), stateRoot: after.root() });
    }
  });
});
