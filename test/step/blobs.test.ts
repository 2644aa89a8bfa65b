/** Steps of items in blobs: wherever they lie, whatever the top bytes say, and each way in which their proof does not fit. */
import { BLOB_CAPACITY, packBlobs } from "@lakh/da";
import {
  BLOB_MODULUS,
  ELEMENT_BYTES,
  MAX_ITEM,
  Outcome,
  concat,
  encodeBatch,
  machineHash,
  readUint,
  uintBytes,
  type Machine,
} from "@lakh/protocol";
import { expect } from "chai";

import { type Step, deployStep, machineOf, moved, stepCase } from "../support/step/deploy.ts";
import { seededBytes } from "../support/random.ts";
import { type Place, inBlobs, packWitness } from "../support/step/witness.ts";
import { ALICE, NOW, POOL, machine, signed, swap, swapped, tree } from "../support/step/world.ts";

const HEADER = 89;
const LEAVES = [POOL, ALICE];
const POINT = 48;

describe("StepVerifier > items in blobs", function () {
  this.timeout(300_000);
  let step: Step;
  let item: Uint8Array;
  let good: Uint8Array;
  let place: Place;
  let pre: Machine;
  const state = tree();

  before(async () => {
    step = await deployStep();
    item = signed(state, step.separator, swap, "alice");
    place = inBlobs(encodeBatch([new Uint8Array(300), item, new Uint8Array(300)]), 302, NOW);
    pre = machine(state, 302);
    good = packWitness(place, state, LEAVES);
  });

  function stepOf(witness: Uint8Array, at: Place = place, before: Machine = pre) {
    return step.harness.measure.staticCall(step.verifier, stepCase(before, at, witness), 0n);
  }

  /** The proof's parts by their offsets in `good`. */
  function parts() {
    const count = good[HEADER] as number;
    const data = HEADER + 1;
    const tops = data + count * ELEMENT_BYTES;
    const proofs = tops + count;
    const commitments = proofs + count * POINT;
    return { count, data, tops, proofs, commitments, hashes: commitments + POINT };
  }

  function spoilt(offset: number): Uint8Array {
    const witness = good.slice();
    witness[offset] = (witness[offset] ?? 0) ^ 1;
    return witness;
  }

  const fails = (sent: Promise<unknown>, name: string) =>
    expect(sent).to.be.revertedWithCustomError(step.verifier, name);

  /** A batch with `what` at `cursor`; what stands before need not be items. */
  function batchWith(what: Uint8Array, cursor: number, behind = 40): Uint8Array {
    return concat(new Uint8Array(cursor).fill(1), what, new Uint8Array(behind));
  }

  for (const [where, cursor] of [
    ["from the first byte on", 0],
    ["from the last byte of an element on", 30],
    ["from the last byte of a blob on", BLOB_CAPACITY - 1],
    ["across two blobs", BLOB_CAPACITY - 60],
    ["from the first byte of the second blob on", BLOB_CAPACITY],
  ] as const)
    it(`executes an item ${where}`, async () => {
      const at = inBlobs(batchWith(encodeBatch([item]), cursor), cursor, NOW);
      const before = machine(state, cursor);
      const { post, outcome } = await stepOf(packWitness(at, state, LEAVES), at, before);
      expect(Number(outcome)).to.equal(Outcome.Ok);
      const stateRoot = state.with(swapped).root();
      expect(machineOf(post)).to.deep.equal({ ...moved(before, at), stateRoot, fees: before.fees + swap.fee });
    });

  it("ends the batch where no item stands, in the last bytes of the last blob too", async () => {
    for (const [batch, cursor] of [
      [batchWith(Uint8Array.of(0), 100), 100],
      [batchWith(Uint8Array.of(0x84, 0x00), BLOB_CAPACITY - 2, 0), BLOB_CAPACITY - 2],
      [batchWith(concat(Uint8Array.of(0x84, 0x00), new Uint8Array(MAX_ITEM - 1)), 7, 0), 7],
    ] as const) {
      const at = inBlobs(batch, cursor, NOW);
      const before = machine(state, cursor);
      const { post, outcome } = await stepOf(packWitness(at, state, []), at, before);
      expect(Number(outcome)).to.equal(Outcome.BatchEnd);
      expect(machineHash(machineOf(post))).to.equal(machineHash(moved(before, at)));
    }
  });

  it("ignores top bytes and what stands behind the data: any canonical blob has a meaning", async () => {
    const batch = batchWith(encodeBatch([item]), 20, 0);
    const [blob] = packBlobs(batch) as [Uint8Array];
    const noise = seededBytes("noise", blob.length);
    for (let i = 0; i < blob.length; i++) if (i % 32 === 0) blob[i] = (noise[i] ?? 0) % 0x73;
    // The last element of the data, filled up; the largest element there can be, behind it.
    const end = 32 * Math.ceil(batch.length / ELEMENT_BYTES);
    blob.set(uintBytes(BLOB_MODULUS - 1n, 32), end);
    blob.set(noise.subarray(1, 5), end - 4);
    blob[end - 32] = 0x72;
    const at = inBlobs(batch, 20, NOW, [blob]);
    const witness = packWitness(at, state, LEAVES);
    const { post, outcome } = await stepOf(witness, at, machine(state, 20));
    expect(Number(outcome)).to.equal(Outcome.Ok);
    expect(post.stateRoot).to.equal(state.with(swapped).root());
  });

  it("reverts when an element, its top byte, its proof or its blob's commitment is another", async () => {
    const { data, tops, proofs, commitments, count } = parts();
    const first = Math.floor(302 / ELEMENT_BYTES);
    // The first byte of the data that no prefix is read from, and the first element's other parts.
    const lastByte = data + count * ELEMENT_BYTES - 1;
    await fails(stepOf(spoilt(lastByte)), "WrongElement").withArgs(first + count - 1);
    for (const offset of [tops, proofs, commitments + 5])
      await fails(stepOf(spoilt(offset)), "WrongElement").withArgs(first);
    for (let i = 1; i < count; i++) {
      await fails(stepOf(spoilt(tops + i)), "WrongElement").withArgs(first + i);
      await fails(stepOf(spoilt(proofs + i * POINT + 9)), "WrongElement").withArgs(first + i);
    }
  });

  it("reverts when an element is its value plus the field's order", async () => {
    // Rubbish that starts with the element, so that no prefix is touched: two bytes of it stand before.
    const junk = inBlobs(encodeBatch([new Uint8Array(60)]), 0, NOW);
    const witness = packWitness(junk, state, []);
    const { data, tops } = { data: HEADER + 1, tops: HEADER + 1 + 2 * ELEMENT_BYTES };
    const y = readUint(witness, data + ELEMENT_BYTES, ELEMENT_BYTES) + BLOB_MODULUS;
    const wide = witness.slice();
    wide.set(uintBytes(y, 32).subarray(1), data + ELEMENT_BYTES);
    wide[tops + 1] = uintBytes(y, 32)[0] as number;
    await stepOf(witness, junk, machine(state, 0));
    await fails(stepOf(wide, junk, machine(state, 0)), "WrongElement").withArgs(1);
  });

  it("reverts when the hashes are not those of the entry's blobs", async () => {
    const { hashes } = parts();
    const wrong = spoilt(hashes + 4);
    await fails(stepOf(wrong), "WrongBlobHashes");
  });

  it("reverts when there are more or fewer elements than the item needs", async () => {
    const { count } = parts();
    for (const given of [0, count - 1, count + 1, 255]) {
      const witness = good.slice();
      witness[HEADER] = given;
      await fails(stepOf(witness), "WrongChunkCount").withArgs(given, count);
    }
  });

  it("reverts when the elements are those of another place in the blob", async () => {
    const at = inBlobs(concat(encodeBatch([item]), new Uint8Array(1000)), 0, NOW);
    const elsewhere = { ...pre, cursor: 10 * ELEMENT_BYTES };
    await fails(stepOf(packWitness(at, state, LEAVES), at, elsewhere), "WrongElement").withArgs(10);
  });
});
