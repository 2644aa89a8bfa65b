/** Signatures for tests: honest ones, and ones made to order from chosen scalars. */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { uintBytes } from "@lakh/protocol";
import { signRecoverable } from "tiny-secp256k1";

import type { Random } from "../support/random.ts";

/** Order of the curve, and the prime of its field. */
export const N = secp256k1.Point.Fn.ORDER;
export const P = secp256k1.Point.Fp.ORDER;
export const TOP_BIT = 1n << 255n;

/** Digests and compact signatures, packed as the kernels take them. */
export interface Block {
  readonly count: number;
  readonly digests: Uint8Array;
  readonly signatures: Uint8Array;
}

export function mod(value: bigint, modulus = N): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

export function invert(value: bigint): bigint {
  return secp256k1.Point.Fn.inv(mod(value));
}

/** A signature by its numbers; any values below 2^256 (s below 2^255). */
export interface Numbers {
  readonly z: bigint;
  readonly r: bigint;
  readonly s: bigint;
  readonly parity: 0 | 1;
}

export function packNumbers(all: readonly Numbers[]): Block {
  const digests = new Uint8Array(32 * all.length);
  const signatures = new Uint8Array(64 * all.length);
  all.forEach(({ z, r, s, parity }, i) => {
    digests.set(uintBytes(z, 32), 32 * i);
    signatures.set(uintBytes(r, 32), 64 * i);
    signatures.set(uintBytes(s + (parity === 1 ? TOP_BIT : 0n), 32), 64 * i + 32);
  });
  return { count: all.length, digests, signatures };
}

/**
 * The signature whose key is u1 G + u2 R, where R = k G with even y, or −k G when that is the even one.
 * @returns undefined when no low s belongs to it
 */
export function numbersFor(k: bigint, u1: bigint, u2: bigint): Numbers | undefined {
  const point = secp256k1.Point.BASE.multiply(mod(k)).toAffine();
  const r = point.x;
  const s = mod(u2 * r);
  if (r >= N || s === 0n || s > (N - 1n) / 2n) return undefined;
  return { z: mod(-u1 * r), r, s, parity: (point.y & 1n) === 0n ? 0 : 1 };
}

/** `count` honest signatures of random digests by random keys, `signers` different ones. */
export function honestBlock(random: Random, count: number, signers = count): Block {
  const digests = random.bytes(32 * count);
  const signatures = new Uint8Array(64 * count);
  const keys = Array.from({ length: signers }, () => {
    const key = random.bytes(32);
    key[0] = (key[0] as number) & 0x7f; // below the order
    return key;
  });
  for (let i = 0; i < count; i++) {
    const key = keys[i % signers] as Uint8Array;
    const { signature, recoveryId } = signRecoverable(digests.subarray(32 * i, 32 * i + 32), key);
    signatures.set(signature, 64 * i);
    signatures[64 * i + 32] = (signatures[64 * i + 32] as number) | (recoveryId << 7);
  }
  return { count, digests, signatures };
}

/** A part of a block; views. */
export function slice(block: Block, start: number, count: number): Block {
  return {
    count,
    digests: block.digests.subarray(32 * start, 32 * (start + count)),
    signatures: block.signatures.subarray(64 * start, 64 * (start + count)),
  };
}

/** Blocks one after the other. */
export function join(blocks: readonly Block[]): Block {
  return {
    count: blocks.reduce((sum, block) => sum + block.count, 0),
    digests: Uint8Array.from(Buffer.concat(blocks.map((block) => block.digests))),
    signatures: Uint8Array.from(Buffer.concat(blocks.map((block) => block.signatures))),
  };
}
