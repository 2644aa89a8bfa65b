/** Byte strings: hex, joining, fixed-width big-endian integers. */
import { keccak_256 } from "@noble/hashes/sha3.js";

/** `0x`-prefixed lower-case hex. */
export type Hex = `0x${string}`;
/** 20 bytes as hex. */
export type Address = Hex;

export const ZERO_HASH: Hex = `0x${"00".repeat(32)}`;
export const ZERO_ADDRESS: Address = `0x${"00".repeat(20)}`;

export function keccak256(...parts: Uint8Array[]): Uint8Array {
  const single = parts.length === 1 ? parts[0] : undefined;
  return keccak_256(single ?? concat(...parts));
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function toHex(bytes: Uint8Array): Hex {
  let out = "0x";
  for (const byte of bytes) out += byte.toString(16).padStart(2, "0");
  return out as Hex;
}

/** Bytes of a hex string of even length; throws a RangeError on anything else. */
export function fromHex(hex: string): Uint8Array {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(hex)) throw new RangeError("not a 0x-prefixed hex string of whole bytes");
  const out = new Uint8Array(hex.length / 2 - 1);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(hex.slice(2 + 2 * i, 4 + 2 * i), 16);
  return out;
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** `width` big-endian bytes of a value that fits them; throws a RangeError otherwise. */
export function uintBytes(value: bigint | number, width: number): Uint8Array {
  let rest = BigInt(value);
  if (rest < 0n || rest >> BigInt(8 * width) !== 0n) throw new RangeError(`${value} does not fit ${width} bytes`);
  const out = new Uint8Array(width);
  for (let i = width - 1; i >= 0; i--) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

/** The big-endian integer of `width` bytes at `at`. */
export function readUint(bytes: Uint8Array, at: number, width: number): bigint {
  let value = 0n;
  for (let i = 0; i < width; i++) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return value;
}

/** One 32-byte ABI word of an integer. */
export function word(value: bigint | number): Uint8Array {
  return uintBytes(value, 32);
}

/** One 32-byte ABI word of an address. */
export function addressWord(address: string): Uint8Array {
  const out = new Uint8Array(32);
  out.set(addressBytes(address), 12);
  return out;
}

/** The 20 bytes of an address; throws a RangeError on another length. */
export function addressBytes(address: string): Uint8Array {
  const bytes = fromHex(address);
  if (bytes.length !== 20) throw new RangeError("an address has 20 bytes");
  return bytes;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
