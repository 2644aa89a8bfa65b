/**
 * The limits of r and s, where ecrecover alone would let a signature through. A made-up (r, s) recovers somebody: the account's
 * session key is made to be that somebody (the digest does not depend on it), so only the limits can refuse.
 */
import {
  Outcome,
  Verb,
  accountTag,
  concat,
  decodeRecord,
  encodeBatch,
  encodeEnvelopeBody,
  encodeRecord,
  envelopeDigest,
  recordTag,
  uintBytes,
  type Address,
} from "@lakh/protocol";
import { expect } from "chai";

import { type Step, deployStep, ethers, stepCase } from "../support/step/deploy.ts";
import { inBatch, packWitness } from "../support/step/witness.ts";
import { ALICE, NOW, POOL, alice, machine, swap, tree } from "../support/step/world.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const HALF = (ORDER - 1n) / 2n;
const TOP = 2n ** 255n;
/** The x coordinate of the generator: a point, so that something is recovered. */
const R = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n;
const NOBODY: Address = `0x${"00".repeat(20)}`;

describe("StepVerifier > signatures at the limits", () => {
  let step: Step;
  let digest: Uint8Array;

  before(async () => {
    step = await deployStep();
    const state = tree();
    const tagOf = (index: number) => recordTag(decodeRecord(state.records.get(index) ?? new Uint8Array(0)));
    expect(tagOf(ALICE)).to.equal(accountTag(alice.owner));
    digest = envelopeDigest(step.separator, swap, alice.owner, tagOf);
  });

  /** Whom the precompile recovers, whatever the limits say. */
  async function recovered(r: bigint, s: bigint, parity: bigint): Promise<Address> {
    const data = concat(digest, uintBytes(27n + parity, 32), uintBytes(r, 32), uintBytes(s, 32));
    const word = await ethers.provider.call({
      to: "0x0000000000000000000000000000000000000001",
      data: ethers.hexlify(data),
    });
    return word === "0x" ? NOBODY : (`0x${word.slice(26)}` as Address);
  }

  /** Outcome of the swap with this signature, by an account whose session key is `key`. */
  async function outcomeOf(r: bigint, s: bigint, parity: bigint, key: Address): Promise<bigint> {
    const session = { key, expiry: NOW + 1n, mask: 1 << Verb.swapExactIn0, budget: swap.fee, objects: [POOL] };
    const state = tree([[ALICE, encodeRecord({ ...alice, session })]]);
    const item = concat(encodeEnvelopeBody(swap), uintBytes(r, 32), uintBytes(parity * TOP + s, 32));
    const place = inBatch(encodeBatch([item]), 0, NOW);
    const pre = machine(state, 0);
    const one = stepCase(pre, place, packWitness(place, state, [POOL, ALICE]));
    return (await step.harness.measure.staticCall(step.verifier, one, 0n)).outcome;
  }

  it("takes the highest s that is low, with either parity", async () => {
    for (const parity of [0n, 1n]) {
      const key = await recovered(R, HALF, parity);
      expect(key).not.to.equal(NOBODY);
      expect(await outcomeOf(R, HALF, parity, key)).to.equal(BigInt(Outcome.Ok));
      expect(await outcomeOf(R, HALF, 1n - parity, key)).to.equal(BigInt(Outcome.BadSignature));
    }
  });

  it("refuses a higher s, though ecrecover gives the session key", async () => {
    for (const s of [HALF + 1n, TOP - 1n]) {
      const key = await recovered(R, s, 0n);
      expect(key).not.to.equal(NOBODY);
      expect(await outcomeOf(R, s, 0n, key)).to.equal(BigInt(Outcome.BadSignature));
    }
  });

  it("refuses what recovers nobody, even for a session key of zero", async () => {
    for (const [r, s] of [
      [0n, HALF],
      [ORDER, HALF],
      [2n ** 256n - 1n, HALF],
      [R, 0n],
      [5n, HALF], // no x coordinate of a point
    ] as const) {
      expect(await recovered(r, s, 0n)).to.equal(NOBODY);
      expect(await outcomeOf(r, s, 0n, NOBODY)).to.equal(BigInt(Outcome.BadSignature));
    }
  });
});
