/** What takes bytes into a state: snapshots, batches and queue slices executed. */
import { type Engine, EngineError, restoreEngine, takeSnapshot, snapshotChecksum } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";
import { type EntryHeader, encodeBatch } from "@lakh/protocol";
import { expect } from "chai";

import { randomBatchItem } from "../../test/engine/random-items.ts";
import { config, kernels as portable, rawBatch } from "../../test/engine/world.ts";
import { randomEntry } from "../../test/parity/entries.ts";
import { randomEngine } from "../../test/parity/states.ts";
import { mutateBytes } from "./mutate.ts";
import { type ByteTarget, many, sameBytes } from "./targets.ts";

const kernels = await loadKernels();

const snapshots: ByteTarget = {
  name: "snapshot",
  inputs: 40,
  prepare: (random) => {
    const good = takeSnapshot(randomEngine(random));
    return (next) => {
      const bytes = mutateBytes(good, next);
      // Half of them with a good checksum, so that what is behind it is reached.
      const end = bytes.length - 32;
      if (next.chance(0.5) && end > 0) bytes.set(snapshotChecksum(bytes.subarray(0, end), kernels), end);
      try {
        return sameBytes(bytes, takeSnapshot(restoreEngine(bytes, config, kernels)));
      } catch (error) {
        if (error instanceof EngineError) return error.code;
        throw error;
      }
    };
  },
};

/** A batch step by step, as a dispute takes it. */
function step(engine: Engine, header: EntryHeader, payload: Uint8Array): number[] {
  const { entry } = engine.state;
  const outcomes: number[] = [];
  engine.beginEntry(header);
  while (engine.state.entry === entry) outcomes.push(engine.stepBatchItem(payload));
  return outcomes;
}

/** The fast way through a batch and the slow one, on other kernels: one outcome, one state. */
const execution: ByteTarget = {
  name: "executed batch",
  inputs: 60,
  prepare: (random) => {
    const engine = randomEngine(random);
    const slow = restoreEngine(takeSnapshot(engine), config, portable);
    const items = many(6, () => randomBatchItem(engine, random));
    return (next) => {
      const payload = mutateBytes(encodeBatch(items), next);
      if (payload.length === 0) return "empty";
      const { header } = rawBatch(engine.state.time, payload);
      const outcomes = engine.applyEntry(header, payload);
      expect(step(slow, header, payload)).to.deep.equal(outcomes);
      expect(slow.machineHash()).to.equal(engine.machineHash());
      return outcomes.every((outcome) => outcome === 0) ? "all took effect" : "some refused";
    };
  },
};

const entries: ByteTarget = {
  name: "executed entry of edge cases",
  inputs: 25,
  prepare: (random) => {
    const engine = randomEngine(random);
    return (next) => {
      const { header, payload } = randomEntry(engine, next);
      const before = engine.state.entry;
      engine.applyEntry(header, payload);
      expect(engine.state.entry).to.equal(before + 1n);
      return "executed";
    };
  },
};

export const STATE_TARGETS: readonly ByteTarget[] = [snapshots, execution, entries];
