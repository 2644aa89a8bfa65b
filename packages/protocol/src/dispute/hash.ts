import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

/** 32 bytes as `0x` and 64 lower-case hex digits: what ethers gives and takes. */
export type Hash = `0x${string}`;

export const ZERO_HASH: Hash = `0x${"0".repeat(64)}`;

/** keccak256 of the concatenation of 32-byte words. */
export function hashWords(...words: readonly Hash[]): Hash {
  const bytes = new Uint8Array(32 * words.length);
  words.forEach((word, i) => bytes.set(hexToBytes(word.slice(2)), 32 * i));
  return `0x${bytesToHex(keccak_256(bytes))}`;
}

/** An unsigned integer as one ABI word. @throws RangeError when it is negative or exceeds 256 bits */
export function uintWord(value: bigint | number): Hash {
  const n = BigInt(value);
  if (n < 0n || n >> 256n !== 0n) throw new RangeError(`not a uint256: ${n}`);
  return `0x${n.toString(16).padStart(64, "0")}`;
}

/** An address (any letter case) as one ABI word. @throws RangeError when it is not 20 bytes of hex */
export function addressWord(address: string): Hash {
  if (!/^0x[0-9a-fA-F]{40}$/.test(address)) throw new RangeError(`not an address: ${address}`);
  return `0x${address.slice(2).toLowerCase().padStart(64, "0")}`;
}
