/**
 * What the sequencer's one signature says of each envelope of a submission (docs/STREAM.md, "What is signed"): the receipts of
 * the accepted ones are leaves of a tree, whose root is a leaf of the tree that is signed. A client has every leaf, so it
 * makes the paths itself and never asks for them.
 */
import { type Address, type Hex, concat, fromHex, keccak256, toHex, utf8, word } from "@lakh/protocol";
import { recoverMessageAddress } from "viem";

import { STEP_BYTES } from "./frames.ts";

const RECEIPT = keccak256(utf8("Lakh receipt"));
const RECEIPTS = keccak256(utf8("Lakh receipts"));

/** One step towards a root: the sibling, and whether it stands on the left. */
export interface PathStep {
  readonly isLeft: boolean;
  readonly sibling: Hex;
}

/** Evidence that an envelope has its place: it can be kept, and held against the sequencer. */
export interface StreamReceipt {
  readonly chainId: number;
  readonly inbox: Address;
  readonly entry: bigint;
  /** Time of the entry, seconds. */
  readonly time: bigint;
  readonly accBefore: Hex;
  /** From 0. */
  readonly position: number;
  readonly itemHash: Hex;
  /** From the receipt's hash to the root that is signed. */
  readonly path: readonly PathStep[];
  readonly signature: Hex;
}

/** What a receipt says, as one hash. */
export function receiptLeaf(
  chainId: number,
  inbox: Address,
  receipt: Pick<StreamReceipt, "accBefore" | "position" | "itemHash">,
): Uint8Array {
  const { accBefore, position, itemHash } = receipt;
  return keccak256(RECEIPT, word(chainId), word(BigInt(inbox)), fromHex(accBefore), word(position), fromHex(itemHash));
}

function nodeAbove(node: Uint8Array, { isLeft, sibling }: PathStep): Uint8Array {
  return isLeft ? keccak256(fromHex(sibling), node) : keccak256(node, fromHex(sibling));
}

/** Who signed the receipt; undefined when the signature is none. */
export async function streamReceiptSigner(receipt: StreamReceipt): Promise<Address | undefined> {
  const { chainId, inbox, path, signature } = receipt;
  const root = path.reduce(nodeAbove, receiptLeaf(chainId, inbox, receipt));
  const raw = toHex(keccak256(concat(RECEIPTS, word(chainId), word(BigInt(inbox)), root)));
  try {
    return (await recoverMessageAddress({ message: { raw }, signature })).toLowerCase() as Address;
  } catch {
    return undefined;
  }
}

/** True when `sequencer` signed the receipt. */
export async function verifyStreamReceipt(receipt: StreamReceipt, sequencer: Address): Promise<boolean> {
  return (await streamReceiptSigner(receipt)) === sequencer.toLowerCase();
}

/** For each leaf its path to the root of all: neighbours make their parent, the last of an odd level goes up unchanged. */
export function pathsOf(leaves: readonly Uint8Array[]): PathStep[][] {
  const paths = leaves.map((): PathStep[] => []);
  let level = leaves;
  for (let height = 0; level.length > 1; height++) {
    const nodes = level;
    paths.forEach((path, leaf) => {
      const at = Math.floor(leaf / 2 ** height);
      const sibling = nodes[at ^ 1];
      if (sibling !== undefined) path.push({ isLeft: at % 2 === 1, sibling: toHex(sibling) });
    });
    level = Array.from({ length: Math.ceil(nodes.length / 2) }, (_, i) => {
      const [left, right] = [nodes[2 * i] as Uint8Array, nodes[2 * i + 1]];
      return right === undefined ? left : keccak256(left, right);
    });
  }
  return paths;
}

/** The steps of a seal. */
export function readPath(bytes: Uint8Array): PathStep[] {
  return Array.from({ length: bytes.length / STEP_BYTES }, (_, i) => {
    const at = STEP_BYTES * i;
    return { isLeft: bytes[at] === 1, sibling: toHex(bytes.subarray(at + 1, at + STEP_BYTES)) };
  });
}
