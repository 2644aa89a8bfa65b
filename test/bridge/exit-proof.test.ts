import {
  EXIT_BASE,
  EXIT_LIMIT,
  type Hex,
  TREE_DEPTH,
  compactExitProof,
  keccak256,
  toHex,
  uintBytes,
} from "@lakh/protocol";
import { expect } from "chai";

import { PLACES, compactProof } from "./exit-tree.ts";

/** A hash that tells where it stands. */
function nodeAt(level: number, index: bigint): Hex {
  return toHex(keccak256(uintBytes(level, 1), uintBytes(index, 8)));
}

function allSiblings(number: bigint): Hex[] {
  const siblings: Hex[] = [];
  for (let level = 0, index = BigInt(EXIT_BASE) + number; level < TREE_DEPTH; level++, index >>= 2n) {
    for (let child = index & ~3n; child <= (index | 3n); child++) {
      if (child !== index) siblings.push(nodeAt(level, child));
    }
  }
  return siblings;
}

describe("compactExitProof", () => {
  for (const [number, nextExit] of PLACES) {
    it(`keeps the siblings that are not known to be empty: exit ${number} of ${nextExit}`, () => {
      const compact = compactExitProof(allSiblings(number), number, nextExit);
      expect(compact).to.deep.equal(compactProof(nodeAt, number, 7, nextExit));
    });
  }

  it("throws on exits that do not exist and on other than 60 siblings", () => {
    const all = allSiblings(3n);
    for (const [number, nextExit] of [
      [3n, 3n],
      [-1n, 3n],
      [3n, BigInt(EXIT_LIMIT) + 1n],
    ] as const) {
      expect(() => compactExitProof(all, number, nextExit)).to.throw(RangeError);
    }
    expect(() => compactExitProof(all.slice(1), 3n, 4n)).to.throw(RangeError);
  });
});
