/** Any bytes leave the engine alive, and every way of running them ends in the same machine. */
import { type Engine, restoreEngine, runSteps, takeSnapshot, traceSteps } from "@lakh/engine";
import { Outcome, concat, encodeVarint, readBatchItem } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { randomBatchItem, randomQueueItem } from "./random-items.ts";
import { config, kernels, names, newEngine, rawBatch, sliceEntry } from "./world.ts";

/** A batch that may be spoilt anywhere: good items, spoilt items, rubbish, bad prefixes. */
function randomBatch(engine: Engine, random: Random): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 1 + random.below(6); i > 0; i--) {
    const item = random.chance(0.5) ? randomBatchItem(engine, random) : random.bytes(random.below(300));
    if (random.chance(0.95)) parts.push(encodeVarint(random.chance(0.95) ? item.length : random.below(2000)));
    parts.push(item);
  }
  const batch = concat(...parts, random.bytes(random.below(3)));
  return batch.length === 0 ? Uint8Array.of(0) : batch;
}

/** Steps that a batch takes: one an item, one for what ends it early. */
function stepsOf(batch: Uint8Array): number {
  let steps = 0;
  for (let at = 0; at < batch.length; at = readBatchItem(batch, at).next) steps++;
  return steps;
}

describe("rubbish", () => {
  it(`in batches and queues is passed over, one outcome an item (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const engine = newEngine();
    const seen = new Set<string>();
    for (let round = 0; round < 150; round++) {
      const entry = engine.state.entry;
      const queue = Array.from({ length: 3 }, () =>
        random.chance(0.6)
          ? randomQueueItem(engine, random)
          : concat(Uint8Array.of(random.below(6)), random.bytes(random.below(200))),
      );
      const slice = sliceEntry(1000n + BigInt(round), queue);
      for (const name of names(engine.applyEntry(slice.header, slice.payload))) seen.add(name);
      const batch = rawBatch(1000n + BigInt(round), randomBatch(engine, random));
      const outcomes = engine.applyEntry(batch.header, batch.payload);
      for (const name of names(outcomes)) seen.add(name);
      expect(outcomes).to.have.length(stepsOf(batch.payload));
      const end = outcomes.indexOf(Outcome.BatchEnd);
      expect(end === -1 || end === outcomes.length - 1).to.equal(true);
      expect(engine.machine()).to.include({ entry: entry + 2n, cursor: 0 });
    }
    expect([...seen]).to.include.members(["Ok", "Malformed", "BatchEnd", "BadSignature", "NoObject"]);
  }).timeout(60_000);
});

describe("runSteps and traceSteps", () => {
  it(`agree with each other wherever they are cut (seed ${SEED})`, () => {
    const random = new Random(SEED + 1);
    const engine = newEngine();
    const genesis = takeSnapshot(engine);
    const entries = Array.from({ length: 12 }, (_, i) => {
      const time = BigInt(100 + i);
      const queue = Array.from({ length: 4 }, () => randomQueueItem(engine, random));
      const entry = i % 2 === 0 ? sliceEntry(time, queue) : rawBatch(time, randomBatch(engine, random));
      engine.applyEntry(entry.header, entry.payload);
      return entry;
    });
    const end = engine.machineHash();
    const start = (): Engine => restoreEngine(genesis, config, kernels);
    const every = traceSteps(start(), entries, 100, 1);
    expect(every[99]).to.equal(end);
    const total = every.indexOf(end) + 1;
    for (const steps of [1, 2, 5, 9, total, 100]) {
      expect(traceSteps(start(), entries, 7, steps)).to.deep.equal(
        Array.from({ length: 7 }, (_, i) => every[Math.min((i + 1) * steps, 100) - 1]),
      );
      const walker = start();
      expect(runSteps(walker, entries, steps)).to.equal(Math.min(steps, total));
      expect(walker.machineHash()).to.equal(every[steps - 1]);
      const rest = entries.slice(Number(walker.state.entry));
      expect(runSteps(walker, rest, 1000)).to.equal(Math.max(total - steps, 0));
      expect(walker.machineHash()).to.equal(end);
    }
    expect(runSteps(start(), entries, 0)).to.equal(0);

    const again = start();
    const withSigners = entries.map((entry) => {
      const signers = again.recoverSigners(entry.header, entry.payload);
      again.applyEntry(entry.header, entry.payload);
      return { ...entry, signers };
    });
    expect(traceSteps(start(), withSigners, 100, 1)).to.deep.equal(every);
  }).timeout(60_000);
});
