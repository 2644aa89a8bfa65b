import { type Engine, EngineError, buildWitness } from "@lakh/engine";
import { EntryKind, ZERO_HASH, concat, readBatchItem, toHex } from "@lakh/protocol";
import { expect } from "chai";

import { blobEntry } from "../support/blobs.ts";
import { Random, SEED } from "../support/random.ts";
import { naiveRoot } from "./naive-tree.ts";
import { randomBatchItem, randomQueueItem } from "./random-items.ts";
import { readWitness, rootWith } from "./witness-reader.ts";
import { batchEntry, newEngine, sliceEntry } from "./world.ts";

type Entry = ReturnType<typeof batchEntry> | ReturnType<typeof sliceEntry> | ReturnType<typeof blobEntry>;

/** Steps through an entry; before each step builds its witness and checks it against the state before and after. */
function stepWithWitnesses(engine: Engine, entryGiven: Entry): number {
  const { header, payload } = entryGiven;
  let witnesses = 0;
  engine.beginEntry(header);
  const { entry } = engine.state;
  while (engine.state.entry === entry) {
    const before = engine.machine();
    const bytes = buildWitness(engine, { ...entryGiven, accBefore: ZERO_HASH });
    expect(engine.machine()).to.deep.equal(before);
    const witness = readWitness(bytes, before);
    expect(witness.header).to.deep.equal(header);
    const records = witness.leaves.map(({ record }) => record.slice());
    witness.leaves.forEach(({ index, record }) => {
      const exists = index < 2 ** 39 ? index < before.nextObject : BigInt(index - 2 ** 39) < before.nextExit;
      expect(record.length > 0).to.equal(exists);
    });
    if (header.kind === EntryKind.Queue) {
      expect(toHex(witness.bytes)).to.equal(toHex(payload[before.cursor] as Uint8Array));
      engine.stepQueueItem(witness.bytes);
    } else {
      expect(witness.batchHash).to.equal(header.hash);
      engine.stepBatchItem(payload as Uint8Array);
    }
    const after = engine.machine();
    expect(after.stateRoot).to.equal(naiveRoot(engine));
    if (records.length === 0) expect(after.stateRoot).to.equal(before.stateRoot);
    else {
      expect(rootWith(witness, records, before)).to.equal(before.stateRoot);
      const changed = witness.leaves.map(({ index }) => engine.leafRecord(index));
      expect(rootWith(witness, changed, before)).to.equal(after.stateRoot);
    }
    witnesses++;
  }
  return witnesses;
}

describe("buildWitness", () => {
  it(`proves every step of random entries, old and new root alike (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const engine = newEngine();
    let witnesses = 0;
    for (let round = 0; round < 25; round++) {
      const time = 1000n + 10n * BigInt(round);
      const queue = Array.from({ length: 8 }, () => randomQueueItem(engine, random));
      witnesses += stepWithWitnesses(engine, sliceEntry(time, queue));
      const items = Array.from({ length: 8 }, () => randomBatchItem(engine, random));
      witnesses += stepWithWitnesses(engine, batchEntry(time, items));
    }
    expect(witnesses).to.equal(25 * 16);
  }).timeout(60_000);

  it("proves every step of an entry in blobs, and cannot without a prover", () => {
    const random = new Random(SEED);
    const engine = newEngine();
    const items = Array.from({ length: 8 }, () => randomBatchItem(engine, random));
    const entry = blobEntry(5n, batchEntry(5n, items).payload);
    expect(stepWithWitnesses(engine, entry)).to.equal(8);
    const { header, payload } = blobEntry(6n, Uint8Array.of(0));
    engine.beginEntry(header);
    expect(() => buildWitness(engine, { header, payload, accBefore: ZERO_HASH }))
      .to.throw(EngineError)
      .with.property("code", "ENGINE_NO_PROVER");
  }).timeout(60_000);

  it("needs no leaf where the batch ends, and proves the bytes that show it", () => {
    const engine = newEngine();
    const { header, payload } = batchEntry(5n, [new Uint8Array(126), new Uint8Array(300)]);
    const cut = concat(payload, Uint8Array.of(0xff, 0xff, 0xff), new Uint8Array(300));
    const entry = { header: { ...header, a: BigInt(cut.length) }, payload: cut };
    engine.beginEntry(entry.header);
    for (let cursor = 0; engine.state.entry === 0n; cursor = readBatchItem(cut, cursor).next) {
      const witness = readWitness(buildWitness(engine, { ...entry, accBefore: ZERO_HASH }), engine.machine());
      // Bytes 0 … 126, 127 … 428, and 429 … 437 of 732.
      expect(witness.bytes).to.have.length(cursor === 127 ? 4 * 128 : 128);
      expect(witness.leaves).to.have.length(0);
      expect(witness.siblings).to.have.length(0);
      engine.stepBatchItem(cut);
    }
  });
});
