/** Recovery with the output arrays made for the caller. */
import type { Kernels } from "@lakh/kernels";
import { recoverSigner } from "@lakh/protocol";
import { expect } from "chai";

import type { Block } from "./signatures.ts";

export interface Recovered {
  /** 20 bytes each, as one hex text. */
  readonly addresses: string;
  /** 64 bytes each, as one hex text. */
  readonly keys: string;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

export function recover(kernels: Pick<Kernels, "recoverBatch">, block: Block): Recovered {
  const addresses = new Uint8Array(20 * block.count).fill(0xaa);
  const keys = new Uint8Array(64 * block.count).fill(0xaa);
  kernels.recoverBatch(block.digests, block.signatures, block.count, addresses, keys);
  return { addresses: hex(addresses), keys: hex(keys) };
}

/** The part of what was recovered that belongs to lanes from `start` on. */
export function sliceRecovered(all: Recovered, start: number, count: number): Recovered {
  return {
    addresses: all.addresses.slice(40 * start, 40 * (start + count)),
    keys: all.keys.slice(128 * start, 128 * (start + count)),
  };
}

/** The addresses by an independent library in plain JavaScript (@noble/curves): slow. */
export function independentAddresses(block: Block): string {
  let out = "";
  for (let i = 0; i < block.count; i++) {
    const digest = block.digests.subarray(32 * i, 32 * i + 32);
    const signer = recoverSigner(digest, block.signatures.subarray(64 * i, 64 * i + 64));
    out += signer === undefined ? "00".repeat(20) : signer.slice(2);
  }
  return out;
}

/** Expects the same of every implementation, lane by lane so that a failure names the lane. */
export function expectSame(actual: Recovered, expected: Recovered, count: number): void {
  if (actual.addresses === expected.addresses && actual.keys === expected.keys) return;
  for (let i = 0; i < count; i++)
    expect(sliceRecovered(actual, i, 1), `lane ${i}`).to.deep.equal(sliceRecovered(expected, i, 1));
}
