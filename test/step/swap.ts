/** One swap through the step verifier, its numbers worked out by hand, and its gas at a million objects. */
import { Outcome, encodeBatch, encodeRecord, type AccountRecord, type Envelope } from "@lakh/protocol";
import { expect } from "chai";

import { calldataFloor, recordGas } from "../support/gas.ts";
import { seededBytes } from "../support/random.ts";
import { deployStep, ethers, machineOf, moved, stepCase } from "../support/step/deploy.ts";
import { inBatch, packWitness } from "../support/step/witness.ts";
import { ALICE, ETH, NOW, POOL, USDC, alice, machine, pool, signed, tree } from "../support/step/world.ts";

/** A full batch: only so is the chunk proof of its real length. */
const BATCH_SIZE = 96 * 1024;

const swap: Envelope = {
  account: ALICE,
  nonce: 510n,
  validUntil: NOW + 60n,
  fee: 20_000n,
  ops: [{ verb: "swapExactIn0", object: POOL, amount: 2_000_000_000n, amount2: 3_980_000_000n }],
};

// in = 2·10^9, f = 997,000: counted = 1,994,000,000,000,000; out = floor(1,994·10^12 · 10^13 / (5·10^12 · 10^6 + 1,994·10^12))
//    = floor(1.994·10^28 / 5,001,994,000,000,000,000) = 3,986,410,219   (1.994·10^28 / 5.001994·10^18 = 3,986,410,219.6…)
const OUT = 3_986_410_219n;
// dt = 12 s; 2^64 · 10^13 / (5·10^12) = 2 · 2^64; 2^64 · 5·10^12 / 10^13 = 2^63
const poolAfter = {
  ...pool,
  reserve0: 5_002_000_000_000n,
  reserve1: 10_000_000_000_000n - OUT,
  lastTime: NOW,
  cumulative0: pool.cumulative0 + 12n * (2n << 64n),
  cumulative1: pool.cumulative1 + 12n * (1n << 63n),
};
const aliceAfter: AccountRecord = {
  ...alice,
  nonceBits: alice.nonceBits | (1n << 210n),
  holdings: alice.holdings.map(({ key, amount }) => {
    if (key === ETH) return { key, amount: amount - 2_000_000_000n - 20_000n };
    return key === USDC ? { key, amount: amount + OUT } : { key, amount };
  }),
};

describe("StepVerifier > step > one swap", () => {
  it("gives the numbers worked out by hand, and costs little", async () => {
    const { harness, verifier, separator } = await deployStep();
    const state = tree();
    const items = encodeBatch([seededBytes("before", 900), signed(state, separator, swap, "alice")]);
    const cursor = 902;
    const batch = new Uint8Array(BATCH_SIZE);
    batch.set(items);
    batch.set(seededBytes("behind", BATCH_SIZE - items.length), items.length);

    const place = inBatch(batch, cursor, NOW);
    const pre = machine(state, cursor);
    const witness = packWitness(place, state, [POOL, ALICE]);
    const one = stepCase(pre, place, witness);

    const result = await harness.measure.staticCall(verifier, one, 0n);
    const after = state.with([
      [POOL, encodeRecord(poolAfter)],
      [ALICE, encodeRecord(aliceAfter)],
    ]);
    const post = machineOf(result.post);
    expect(result.outcome).to.equal(Outcome.Ok);
    expect(post).to.deep.equal({ ...moved(pre, place), stateRoot: after.root(), fees: pre.fees + 20_000n });

    const input = ethers.getBytes(verifier.interface.encodeFunctionData("step", [pre, witness]));
    const floor = calldataFloor(input);
    recordGas("StepVerifier.step: swap, execution", result.gasUsed);
    recordGas("StepVerifier.step: swap, calldata floor", floor);
    console.log(
      `      witness ${witness.length} bytes, leaves and siblings ${witness.length - 90 - place.proof.length}`,
    );
  });
});
