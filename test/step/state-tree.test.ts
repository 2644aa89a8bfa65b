/** The multiproof against plain Solidity and a plain tree in TypeScript: leaves that crowd, leaves far apart, new ones, exits. */
import type { PlainStateTree } from "@lakh/bindings";
import { EXIT_BASE, OBJECT_LIMIT, concat, toHex, uintBytes } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { ethers } from "../support/step/deploy.ts";
import { SparseTree } from "../support/step/sparse-tree.ts";

const ROUNDS = 40;
const CHANGED = 0x77;
const NOTHING = new Uint8Array(0);

/** Counts of objects and exits at which something could go wrong: small ones, powers of four, the limits. */
function someExtent(random: Random): { nextObject: number; nextExit: bigint } {
  const power = 4 ** (1 + random.below(13));
  const nextObject = random.pick([2, 3, 5, power, power + 1, power - 1, 1 + random.below(OBJECT_LIMIT), OBJECT_LIMIT]);
  const exits = random.pick([0, 1, 4, 4 ** (1 + random.below(19)), random.u32(), EXIT_BASE]);
  return { nextObject: Math.max(nextObject, 2), nextExit: BigInt(exits) };
}

/** Between 1 and 20 leaves: near each other, near the borders, anywhere; some do not exist. */
function someLeaves(random: Random, nextObject: number, nextExit: number): number[] {
  const leaves = new Set<number>();
  const borders = [1, nextObject, EXIT_BASE, EXIT_BASE + nextExit, OBJECT_LIMIT, 2 ** 38];
  const near = (leaf: number): number => leaf + random.below(random.pick([4, 20, 300])) - random.below(4);
  const count = 1 + random.below(20);
  for (let i = 0; i < count; i++) {
    const leaf = random.chance(0.5)
      ? near(random.pick(borders))
      : random.chance(0.5)
        ? 1 + random.below(nextObject)
        : near(Math.floor(nextObject / 2));
    if (leaf >= 1 && leaf < 2 ** 40) leaves.add(leaf);
  }
  leaves.add(1);
  return [...leaves].sort((a, b) => a - b);
}

describe("StateTree > roots", () => {
  it(`equals plain Solidity and the tree of the specification, old root and new (seed ${SEED})`, async () => {
    const contract = (await ethers.deployContract("PlainStateTree")) as unknown as PlainStateTree;
    const random = new Random(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const { nextObject, nextExit } = someExtent(random);
      const leaves = someLeaves(random, nextObject, Number(nextExit));
      const exists = (leaf: number): boolean =>
        leaf < EXIT_BASE ? leaf < nextObject : leaf < EXIT_BASE + Number(nextExit);
      const records = leaves.map((leaf) =>
        exists(leaf) ? concat(Uint8Array.of(3), random.bytes(random.below(200))) : NOTHING,
      );
      const after = records.map((record) => concat(record.subarray(0, -1), Uint8Array.of(CHANGED)));
      const tree = new SparseTree(
        leaves.map((leaf, i) => [leaf, records[i] ?? NOTHING]),
        nextObject,
        nextExit,
      );
      const changed = tree.with(leaves.map((leaf, i) => [leaf, after[i] ?? NOTHING]));
      const siblings = tree.siblings(leaves);
      const packed = leaves.map((leaf, i) => {
        const record = records[i] ?? NOTHING;
        return concat(uintBytes(leaf, 5), uintBytes(record.length, 2), record);
      });
      const witness = concat(Uint8Array.of(leaves.length), ...packed, ...siblings);
      const where = `round ${round}: ${leaves.length} leaves, ${nextObject} objects, ${nextExit} exits`;
      const roots = await contract.fast(nextObject, nextExit, witness, true);
      expect([...roots], where).to.deep.equal([tree.root(), changed.root()]);
      const unchanged = await contract.fast(nextObject, nextExit, witness, false);
      expect([...unchanged], where).to.deep.equal([tree.root(), tree.root()]);
      const proof = { nextObject, nextExit, indices: leaves, siblings: siblings.map(toHex) };
      expect(await contract.plain.staticCall({ ...proof, records }), where).to.equal(tree.root());
      expect(await contract.plain.staticCall({ ...proof, records: after }), where).to.equal(changed.root());
    }
  });
});
