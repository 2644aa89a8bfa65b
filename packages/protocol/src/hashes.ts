/** Hashes of the machine and of the Inbox (docs/spec/machine.md, inbox.md). */
import { type Hex, concat, fromHex, keccak256, toHex, word } from "./bytes.ts";
import { CHUNK } from "./generated/constants.ts";
import type { EntryHeader, Machine } from "./types.ts";

/** `abi.encode(machine)`: seven words. */
export function encodeMachine(machine: Machine): Uint8Array {
  return concat(
    fromHex(machine.stateRoot),
    word(machine.nextObject),
    word(machine.nextExit),
    word(machine.entry),
    word(machine.cursor),
    word(machine.time),
    word(machine.fees),
  );
}

export function machineHash(machine: Machine): Hex {
  return toHex(keccak256(encodeMachine(machine)));
}

export function entryHash(header: EntryHeader): Hex {
  const words = concat(word(header.kind), word(header.time), word(header.a), word(header.b), fromHex(header.hash));
  return toHex(keccak256(words));
}

/** The accumulator behind an entry. */
export function nextAcc(acc: Hex, header: EntryHeader): Hex {
  return toHex(keccak256(fromHex(acc), fromHex(entryHash(header))));
}

const QUEUE_HASH_MASK = (1n << 216n) - 1n;

/** The queue's hash chain behind `item`: 216 bits. */
export function nextQueueHash(queueHash: bigint, item: Uint8Array): bigint {
  return BigInt(toHex(keccak256(word(queueHash), keccak256(item)))) & QUEUE_HASH_MASK;
}

const ZERO_WORD = new Uint8Array(32);

function chunkLeaves(data: Uint8Array): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += CHUNK) leaves.push(keccak256(paddedChunk(data, at / CHUNK)));
  return leaves;
}

/** Chunk `index` of batch data, the last one padded with zeros. */
export function paddedChunk(data: Uint8Array, index: number): Uint8Array {
  const chunk = new Uint8Array(CHUNK);
  chunk.set(data.subarray(index * CHUNK, (index + 1) * CHUNK));
  return chunk;
}

function parents(level: readonly Uint8Array[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let i = 0; i < level.length; i += 2) out.push(keccak256(level[i] as Uint8Array, level[i + 1] ?? ZERO_WORD));
  return out;
}

/** Merkle root of batch data over 128-byte chunks; `data` is not empty. */
export function dataHash(data: Uint8Array): Hex {
  let level = chunkLeaves(data);
  while (level.length > 1) level = parents(level);
  return toHex(level[0] ?? ZERO_WORD);
}

/** What an entry of blobs commits to: the hash of their versioned hashes, one behind the other. */
export function blobsHash(versionedHashes: readonly Hex[]): Hex {
  return toHex(keccak256(...versionedHashes.map(fromHex)));
}

/** Proof words for chunks `from`…`to` (both included) of batch data, in the order of docs/spec/witness.md. */
export function chunkProof(data: Uint8Array, from: number, to: number): Uint8Array[] {
  const proof: Uint8Array[] = [];
  let level = chunkLeaves(data);
  let low = from;
  let high = to;
  while (level.length > 1) {
    if (low % 2 === 1) proof.push(level[low - 1] as Uint8Array);
    if (high % 2 === 0) proof.push(level[high + 1] ?? ZERO_WORD);
    level = parents(level);
    low >>= 1;
    high >>= 1;
  }
  return proof;
}
