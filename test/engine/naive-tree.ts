/** The state tree as docs/spec/records.md says it, without any cleverness: what the engine's tree is tested against. */
import type { Engine } from "@lakh/engine";
import { EXIT_BASE, TREE_DEPTH, ZERO_HASH, type Hex, fromHex, keccak256, toHex } from "@lakh/protocol";

const ZERO = fromHex(ZERO_HASH);

/** Nodes that are not zero, by index, level by level from the leaves. */
export function naiveLevels(leaves: ReadonlyMap<number, Uint8Array>): Map<number, Uint8Array>[] {
  const levels = [new Map(leaves)];
  for (let level = 0; level < TREE_DEPTH; level++) {
    const below = levels[level] as Map<number, Uint8Array>;
    const parents = new Set([...below.keys()].map((index) => Math.floor(index / 4)));
    const above = new Map<number, Uint8Array>();
    for (const parent of parents) {
      const children = [0, 1, 2, 3].map((i) => below.get(4 * parent + i) ?? ZERO);
      above.set(parent, keccak256(...children));
    }
    levels.push(above);
  }
  return levels;
}

/** Leaves of everything in the engine. */
export function leavesOf(engine: Engine): Map<number, Uint8Array> {
  const leaves = new Map<number, Uint8Array>();
  const { nextObject, nextExit } = engine.machine();
  for (let i = 1; i < nextObject; i++) leaves.set(i, keccak256(engine.record(i) ?? new Uint8Array(0)));
  for (let n = 0n; n < nextExit; n++)
    leaves.set(EXIT_BASE + Number(n), keccak256(engine.exitRecord(n) ?? new Uint8Array(0)));
  return leaves;
}

export function naiveRoot(engine: Engine): Hex {
  return toHex(naiveLevels(leavesOf(engine))[TREE_DEPTH]?.get(0) ?? ZERO);
}
