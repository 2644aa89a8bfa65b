/** Binary trees over receipts, so that one signature covers many (docs/STREAM.md, "What is signed"). */
import type { Kernels } from "@lakh/kernels";

import type { Seal, Submission } from "./submission.ts";

const HASH = 32;
const STEP = 1 + HASH;
/** Where the end of pair i stands, for as many pairs as were ever asked for. */
let pairEnds = new Uint32Array(0);

/** A tree of `leaves` (32 bytes each, at least one): neighbours are hashed together, the last of an odd level goes up as it is. */
export class ReceiptTree {
  private readonly levels: Uint8Array[];

  constructor(kernels: Kernels, leaves: Uint8Array) {
    this.levels = [leaves];
    let level = leaves;
    for (let count = leaves.length / HASH; count > 1; count = (count + 1) >> 1) {
      const pairs = count >> 1;
      const next = new Uint8Array(((count + 1) >> 1) * HASH);
      kernels.keccakBatch(level, endsOfPairs(pairs), pairs, next);
      if (count % 2 === 1) next.set(level.subarray((count - 1) * HASH), pairs * HASH);
      this.levels.push(next);
      level = next;
    }
  }

  get root(): Uint8Array {
    return this.levels.at(-1) as Uint8Array;
  }

  /** Steps from leaf `index` to the root, as on the wire. */
  path(index: number): Uint8Array {
    const steps = new Uint8Array(this.levels.length * STEP);
    let bytes = 0;
    let i = index;
    for (const level of this.levels.slice(0, -1)) {
      const sibling = i ^ 1;
      if (sibling * HASH < level.length) {
        steps[bytes] = i % 2; // 1: the sibling is on the left
        steps.set(level.subarray(sibling * HASH, (sibling + 1) * HASH), bytes + 1);
        bytes += STEP;
      }
      i >>= 1;
    }
    return steps.subarray(0, bytes);
  }
}

function endsOfPairs(pairs: number): Uint32Array {
  if (pairs > pairEnds.length) pairEnds = Uint32Array.from({ length: 2 * pairs }, (_, i) => (i + 1) * 2 * HASH);
  return pairEnds;
}

/** Leaves of a submission's tree. */
export function leavesOf({ leaves, accepted }: Submission): Uint8Array {
  return leaves.subarray(0, accepted * HASH);
}

/** Signs for all submissions of a group at once; one seal each, in order. */
export function sealGroup(
  kernels: Kernels,
  group: readonly Submission[],
  sign: (root: Uint8Array) => Uint8Array,
): Seal[] {
  const some = group.filter(({ accepted }) => accepted > 0);
  if (some.length === 0) return group.map(() => ({ path: undefined, signature: new Uint8Array(0) }));
  const roots = new Uint8Array(some.length * HASH);
  some.forEach((submission, i) => roots.set(new ReceiptTree(kernels, leavesOf(submission)).root, i * HASH));
  const tree = new ReceiptTree(kernels, roots);
  const signature = sign(tree.root);
  let next = 0;
  return group.map(({ accepted }) => ({ path: accepted > 0 ? tree.path(next++) : undefined, signature }));
}
