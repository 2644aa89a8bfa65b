import { restoreEngine, takeSnapshot } from "@lakh/engine";
import { EXIT_BASE, ZERO_HASH, fromHex, keccak256, toHex } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { leavesOf, naiveLevels, naiveRoot } from "./naive-tree.ts";
import { randomQueueItem } from "./random-items.ts";
import { applySlice, config, kernels, newEngine } from "./world.ts";

/** The root that 60 siblings give, level by level, as a contract folds them. */
function fold(leaf: Uint8Array, index: number, siblings: readonly string[]): string {
  let node = leaf;
  let at = index;
  for (let level = 0; level < 20; level++) {
    const group = siblings.slice(3 * level, 3 * level + 3).map(fromHex);
    group.splice(at % 4, 0, node);
    node = keccak256(...group);
    at = Math.floor(at / 4);
  }
  return toHex(node);
}

describe("state tree", () => {
  it(`has the root that the records give, while it grows (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const engine = newEngine();
    expect(engine.stateRoot()).to.equal(naiveRoot(engine));
    for (let round = 0; round < 60; round++) {
      const items = Array.from({ length: 1 + random.below(12) }, () => randomQueueItem(engine, random));
      applySlice(engine, 1n, ...items);
      expect(engine.stateRoot()).to.equal(naiveRoot(engine));
    }
    expect(engine.machine().nextObject).to.be.greaterThan(64);
  });

  it("proves exits with all 60 siblings", () => {
    const random = new Random(SEED + 3);
    const engine = newEngine();
    while (engine.machine().nextExit < 9n) applySlice(engine, 1n, randomQueueItem(engine, random));
    const levels = naiveLevels(leavesOf(engine));
    for (let n = 0n; n < engine.machine().nextExit; n++) {
      const { leaf, record, siblings } = engine.exitProof(n);
      expect(siblings).to.have.length(60);
      expect(leaf).to.equal(toHex(keccak256(record)));
      expect(fold(fromHex(leaf), EXIT_BASE + Number(n), siblings)).to.equal(engine.stateRoot());
    }
    expect(toHex(levels[20]?.get(0) ?? fromHex(ZERO_HASH))).to.equal(engine.stateRoot());
    expect(() => engine.exitProof(engine.machine().nextExit))
      .to.throw()
      .with.property("code", "ENGINE_NO_LEAF");
  });

  it("shrinks again when entries are rolled back", () => {
    const random = new Random(SEED + 4);
    const engine = newEngine();
    const roots = [engine.machine()];
    const marks = [engine.mark()];
    for (let round = 0; round < 30; round++) {
      applySlice(engine, BigInt(round), ...Array.from({ length: 10 }, () => randomQueueItem(engine, random)));
      roots.push(engine.machine());
      marks.push(engine.mark());
    }
    const beforeSnapshot = takeSnapshot(engine);
    expect(restoreEngine(beforeSnapshot, config, kernels).machine()).to.deep.equal(engine.machine());
    for (const back of [30, 29, 20, 7, 0]) {
      const mark = marks[back];
      if (mark === undefined) throw new RangeError("no such mark");
      engine.rollbackTo(mark);
      expect(engine.machine()).to.deep.equal(roots[back]);
      expect(engine.stateRoot()).to.equal(naiveRoot(engine));
    }
  });
});
