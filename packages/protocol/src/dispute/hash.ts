import { addressWord as addressBytes, fromHex, keccak256, toHex, word, type Hex } from "../bytes.ts";

/** 32 bytes as `0x` and 64 lower-case hex digits: what ethers and viem give and take. */
export type Hash = Hex;

/** keccak256 of the concatenation of 32-byte words. */
export function hashWords(...words: readonly Hash[]): Hash {
  return toHex(keccak256(...words.map(fromHex)));
}

/** An unsigned integer as one ABI word. @throws RangeError when it is negative or exceeds 256 bits */
export function uintWord(value: bigint | number): Hash {
  return toHex(word(value));
}

/** An address (any letter case) as one ABI word. @throws RangeError when it is not 20 bytes of hex */
export function addressWord(address: string): Hash {
  return toHex(addressBytes(address));
}
