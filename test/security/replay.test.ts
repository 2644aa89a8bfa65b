/** A signature serves one deployment on one chain, and has one form. */
import { Outcome, concat, domainSeparator, encodeBatch, toHex, uintBytes, type SigningDomain } from "@lakh/protocol";
import { expect } from "chai";

import { N } from "../kernels/signatures.ts";
import { type Step, deployStep, machineOf, moved, stepCase } from "../support/step/deploy.ts";
import { inBatch, packWitness } from "../support/step/witness.ts";
import { ALICE, NOW, POOL, machine, signed, swap, tree } from "../support/step/world.ts";

const TOP_BIT = 1n << 255n;
const SIGNATURE = 64;

describe("StepVerifier > step > signatures", () => {
  const state = tree();
  let step: Step;

  before(async () => {
    step = await deployStep();
  });

  async function stepOf(envelope: Uint8Array) {
    const place = inBatch(encodeBatch([envelope]), 0, NOW);
    const pre = machine(state, 0);
    const witness = packWitness(place, state, [POOL, ALICE]);
    const { post, outcome } = await step.harness.measure.staticCall(step.verifier, stepCase(pre, place, witness), 0n);
    return { post: machineOf(post), outcome: Number(outcome), unchanged: moved(pre, place) };
  }

  async function refuses(envelope: Uint8Array): Promise<void> {
    const { post, outcome, unchanged } = await stepOf(envelope);
    expect(outcome).to.equal(Outcome.BadSignature);
    expect(post).to.deep.equal(unchanged);
  }

  it("takes an envelope for this deployment", async () => {
    expect((await stepOf(signed(state, step.separator, swap, "alice"))).outcome).to.equal(Outcome.Ok);
  });

  const elsewhere: [string, (domain: SigningDomain) => SigningDomain][] = [
    ["another Inbox of this chain", (domain) => ({ ...domain, inbox: `0x${"1b".repeat(20)}` })],
    ["the same Inbox address of another chain", (domain) => ({ ...domain, chainId: domain.chainId + 1n })],
  ];
  for (const [title, change] of elsewhere)
    it(`refuses an envelope for ${title}`, async () => {
      await refuses(signed(state, domainSeparator(change(step.domain)), swap, "alice"));
    });

  it("refuses the other form of a good signature, and numbers out of range", async () => {
    const good = signed(state, step.separator, swap, "alice");
    const end = good.length - SIGNATURE;
    const r = BigInt(toHex(good.subarray(end, end + 32)));
    const vs = BigInt(toHex(good.subarray(end + 32)));
    const [parity, s] = [vs / TOP_BIT, vs % TOP_BIT];
    const forms: readonly (readonly [r: bigint, parity: bigint, s: bigint])[] = [
      [r, 1n - parity, N - s],
      [r, 1n - parity, s],
      [r, parity, 0n],
      [0n, parity, s],
      [N, parity, s],
      [r, parity, (N + 1n) / 2n],
    ];
    for (const [otherR, otherParity, otherS] of forms) {
      const signature = concat(uintBytes(otherR, 32), uintBytes(otherParity * TOP_BIT + (otherS % TOP_BIT), 32));
      await refuses(concat(good.subarray(0, end), signature));
    }
  });
});
