/** A sparse state tree of exits (and something for objects), and the compact proofs of docs/spec/bridge.md. */
import {
  EXIT_BASE,
  EXIT_LIMIT,
  TREE_DEPTH,
  type Address,
  type Hex,
  ZERO_HASH,
  encodeRecord,
  fromHex,
  keccak256,
  toHex,
  uintBytes,
} from "@lakh/protocol";

/** An exit as the contract takes it. */
export interface Exit {
  readonly number: bigint;
  readonly token: Address;
  readonly shift: number;
  /** L2 units. */
  readonly amount: bigint;
  readonly recipient: Address;
}

/** Node of a level at its place in that level; zero where nothing is. */
export type NodeAt = (level: number, index: bigint) => Hex;

const BASE = BigInt(EXIT_BASE);

const LAST = BigInt(EXIT_LIMIT);

/** Corners of the tree: `[number, nextExit]`. */
export const PLACES: readonly (readonly [bigint, bigint])[] = [
  [0n, 1n],
  [0n, 2n],
  [1n, 5n],
  [3n, 4n],
  [4n, 5n],
  [15n, 17n],
  [1_000_000n, 1_000_001n],
  [1_000_000n, 1_040_000n],
  [2n ** 38n - 1n, 2n ** 38n],
  [2n ** 38n - 1n, 2n ** 38n + 1n],
  [2n ** 38n, 2n ** 38n + 1n],
  [7n, LAST],
  [LAST - 1n, LAST],
];

export function exitRecord(exit: Exit): Uint8Array {
  const { token, shift, amount, recipient } = exit;
  return encodeRecord({ kind: "exit", token, shift, amount, recipient });
}

export function exitLeaf(exit: Exit): Hex {
  return toHex(keccak256(exitRecord(exit)));
}

/** Parent of four children; zero over four zeros. */
export function parentOf(children: readonly Hex[]): Hex {
  if (children.every((child) => child === ZERO_HASH)) return ZERO_HASH;
  return toHex(keccak256(...children.map((child) => fromHex(child))));
}

/** The tree over `exits`, with `nextObject − 1` objects of arbitrary content. */
export function exitTree(exits: readonly Exit[], nextObject: number): NodeAt {
  let nodes = new Map<bigint, Hex>(exits.map((exit) => [BASE + exit.number, exitLeaf(exit)]));
  for (let i = 1; i < nextObject; i++) nodes.set(BigInt(i), toHex(keccak256(uintBytes(i, 4))));
  const levels = [nodes];
  for (let level = 0; level < TREE_DEPTH; level++) {
    const above = new Map<bigint, Hex>();
    for (const index of nodes.keys()) {
      const parent = index >> 2n;
      if (above.has(parent)) continue;
      above.set(parent, parentOf([0n, 1n, 2n, 3n].map((i) => nodes.get(parent * 4n + i) ?? ZERO_HASH)));
    }
    levels.push((nodes = above));
  }
  return (level, index) => levels[level]?.get(index) ?? ZERO_HASH;
}

/** Siblings of an exit's leaf that are not known to be empty, leaf level first, left to right. */
export function compactProof(nodeAt: NodeAt, number: bigint, nextObject: number, nextExit: bigint): Hex[] {
  const siblings: Hex[] = [];
  let index = BASE + number;
  for (let level = 0; level < TREE_DEPTH; level++) {
    for (let child = index & ~3n; child <= (index | 3n); child++) {
      const first = child << BigInt(2 * level);
      const empty = first < BASE ? first >= BigInt(nextObject) : first >= BASE + nextExit;
      if (child !== index && !empty) siblings.push(nodeAt(level, child));
    }
    index >>= 2n;
  }
  return siblings;
}

/** Root of a tree in which the exit's leaf has these siblings. */
export function rootOf(exit: Exit, siblings: readonly Hex[], nextObject: number, nextExit: bigint): Hex {
  const left = [...siblings];
  let node = exitLeaf(exit);
  let index = BASE + exit.number;
  for (let level = 0; level < TREE_DEPTH; level++) {
    const children = [0n, 1n, 2n, 3n].map((i): Hex => {
      const child = (index & ~3n) + i;
      if (child === index) return node;
      const first = child << BigInt(2 * level);
      const empty = first < BASE ? first >= BigInt(nextObject) : first >= BASE + nextExit;
      return empty ? ZERO_HASH : (left.shift() ?? ZERO_HASH);
    });
    node = parentOf(children);
    index >>= 2n;
  }
  return node;
}
