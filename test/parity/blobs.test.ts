/** Engine and step verifier on entries in blobs: around the border of two blobs, and in blobs as somebody else may fill them. */
import { BLOB_CAPACITY, packBlobs } from "@lakh/da";
import { type Engine } from "@lakh/engine";
import { MAX_ITEM, concat, encodeBatch, toHex } from "@lakh/protocol";
import { expect } from "chai";

import { randomBatchItem } from "../engine/random-items.ts";
import { blobEntry } from "../support/blobs.ts";
import { Random, SEED } from "../support/random.ts";
import { entryCases } from "./campaign.ts";
import { type Driver, type ParityCase, disagreement, openDriver } from "./driver.ts";
import { randomEngine } from "./states.ts";

const STATES = 3;
const ITEMS = 8;

/** Rubbish items that end a little before the first blob does. */
function upToTheBorder(random: Random): Uint8Array {
  const full = encodeBatch(new Array<Uint8Array>(122).fill(new Uint8Array(MAX_ITEM)));
  const left = BLOB_CAPACITY - full.length - random.below(800);
  const half = left >> 1;
  return concat(full, encodeBatch([new Uint8Array(half), new Uint8Array(left - half)]));
}

/** The blobs of a batch with random top bytes. */
function loud(batch: Uint8Array, random: Random): Uint8Array[] {
  const blobs = packBlobs(batch);
  for (const blob of blobs) for (let at = 0; at < blob.length; at += 32) blob[at] = random.below(0x73);
  return blobs;
}

function casesIn(engine: Engine, random: Random): ParityCase[] {
  const items = Array.from({ length: ITEMS }, () => randomBatchItem(engine, random));
  const before = upToTheBorder(random);
  const batch = concat(before, encodeBatch(items), random.bytes(random.below(40)));
  const time = engine.state.time + 7n;
  const entry = { ...blobEntry(time, batch, loud(batch, random)), accBefore: toHex(random.bytes(32)) };
  return [...entryCases(engine, entry, before.length)];
}

describe("Parity in blobs", () => {
  let driver: Driver;

  before(async () => {
    driver = await openDriver();
  });

  it(`agrees on random steps around the border of two blobs (seed ${SEED})`, async function () {
    this.timeout(300_000);
    const random = new Random(SEED);
    let steps = 0;
    for (let i = 0; i < STATES; i++) {
      const cases = casesIn(randomEngine(random), random);
      const answers = await driver.run(cases);
      const wrong = cases.map((one, k) => disagreement(one, answers[k] as (typeof answers)[number]));
      expect(wrong).to.deep.equal(cases.map(() => undefined));
      steps += cases.length;
    }
    expect(steps).to.be.at.least(STATES * ITEMS);
  });
});
