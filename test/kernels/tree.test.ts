import { keccak256 } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { all } from "./implementations.ts";

const NODE = 32;
const GROUP = 4 * NODE;

/** Levels over `leaves` places, each but the last in whole groups of four. */
function emptyLevels(leaves: number): Uint8Array[] {
  const levels: Uint8Array[] = [];
  for (let nodes = leaves; ; nodes = Math.ceil(nodes / 4)) {
    levels.push(new Uint8Array(nodes === 1 ? NODE : Math.ceil(nodes / 4) * GROUP));
    if (nodes === 1) return levels;
  }
}

/** Every inner node anew, by the definition. */
function rebuild(leaves: Uint8Array): string {
  let level = leaves;
  const all: Uint8Array[] = [];
  while (level.length > NODE) {
    const count = level.length / GROUP;
    const parents = new Uint8Array(count === 1 ? NODE : Math.ceil(count / 4) * GROUP);
    for (let i = 0; i < count; i++) {
      const group = level.subarray(i * GROUP, (i + 1) * GROUP);
      if (group.some((byte) => byte !== 0)) parents.set(keccak256(group), i * NODE);
    }
    all.push((level = parents));
  }
  return Buffer.concat(all).toString("hex");
}

function sample(random: Random, limit: number, share: number): Uint32Array {
  return Uint32Array.from(Array.from({ length: limit }, (_, i) => i).filter(() => random.chance(share)));
}

describe("kernels: treeUpdate", () => {
  for (const kernels of all)
    it(`${kernels.name}: keeps the nodes as if built anew, while leaves come, change and vanish (seed ${SEED})`, () => {
      const random = new Random(SEED);
      for (const leaves of [1, 2, 4, 5, 16, 63, 64, 65, 257, 1_500]) {
        const levels = emptyLevels(leaves);
        for (let round = 0; round < 6; round++) {
          const dirty = sample(random, leaves, random.pick([0.01, 0.2, 1]));
          for (const leaf of dirty)
            (levels[0] as Uint8Array).set(random.chance(0.5) ? random.bytes(NODE) : new Uint8Array(NODE), leaf * NODE);
          kernels.treeUpdate(levels, dirty, dirty.length);
          expect(Buffer.concat(levels.slice(1)).toString("hex")).to.equal(rebuild(levels[0] as Uint8Array));
        }
      }
    });

  for (const kernels of all)
    it(`${kernels.name}: does nothing without dirty leaves`, () => {
      const levels = emptyLevels(16);
      levels[0]?.fill(1);
      kernels.treeUpdate(levels, new Uint32Array(0), 0);
      expect(levels[1]?.every((byte) => byte === 0)).to.equal(true);
    });
});
