/** Proofs of leaves against the state root (docs/spec/witness.md, "Multiproof"). */
import { EXIT_BASE, TREE_DEPTH } from "@lakh/protocol";

import type { StateTree } from "./tree.ts";

/** Where leaves exist: objects below `nextObject`, exits below `EXIT_BASE + nextExit`. */
export interface Extent {
  readonly nextObject: number;
  readonly nextExit: number;
}

function isEmpty(firstLeaf: number, { nextObject, nextExit }: Extent): boolean {
  return firstLeaf < EXIT_BASE ? firstLeaf >= nextObject : firstLeaf >= EXIT_BASE + nextExit;
}

/** Siblings, in visit order, that prove the leaves `indices` (strictly ascending). The tree is flushed. */
export function multiproof(tree: StateTree, indices: readonly number[], extent: Extent): Uint8Array[] {
  const siblings: Uint8Array[] = [];
  const visit = (level: number, node: number, from: number, to: number): void => {
    if (level === 0) return;
    const span = 4 ** (level - 1);
    let next = from;
    for (let child = 4 * node; child < 4 * node + 4; child++) {
      const start = next;
      while (next < to && (indices[next] as number) < (child + 1) * span) next++;
      if (next > start) visit(level - 1, child, start, next);
      else if (!isEmpty(child * span, extent)) siblings.push(tree.node(level - 1, child).slice());
    }
  };
  if (indices.length > 0) visit(TREE_DEPTH, 0, 0, indices.length);
  return siblings;
}

/** All 60 siblings of one leaf, level by level from the leaves, left to right. The tree is flushed. */
export function fullProof(tree: StateTree, leaf: number): Uint8Array[] {
  const siblings: Uint8Array[] = [];
  let index = leaf;
  for (let level = 0; level < TREE_DEPTH; level++) {
    const first = Math.floor(index / 4) * 4;
    for (let i = first; i < first + 4; i++) if (i !== index) siblings.push(tree.node(level, i).slice());
    index = Math.floor(index / 4);
  }
  return siblings;
}
