/** The varint in calldata, against vectors worked out by hand and against plain Solidity. */
import { readFileSync } from "node:fs";

import type { PlainVarint } from "@lakh/bindings";
import { concat, encodeVarint, fromHex } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { ethers } from "../support/step/deploy.ts";

interface Vectors {
  readonly varints: readonly { readonly value: string; readonly bytes: string }[];
  readonly badVarints: readonly { readonly bytes: string; readonly why: string }[];
}
const file = new URL("../../vectors/encoding.json", import.meta.url);
const { varints, badVarints } = JSON.parse(readFileSync(file, "utf8")) as Vectors;
/** What follows in the calldata: it would make cut varints whole. */
const TRAILER = new Uint8Array(40).fill(0xa5);

describe("Codec > varint", () => {
  let contract: PlainVarint;

  before(async () => {
    contract = (await ethers.deployContract("PlainVarint")) as unknown as PlainVarint;
  });

  async function bothRead(bytes: Uint8Array): Promise<[bigint, bigint]> {
    const fast = await contract.fast(bytes, TRAILER);
    const plain = await contract.plain(bytes);
    expect([...fast], ethers.hexlify(bytes)).to.deep.equal([...plain]);
    return [fast.value, fast.size];
  }

  it("reads the vectors, whatever follows", async () => {
    for (const { value, bytes } of varints) {
      const data = fromHex(bytes);
      expect(await bothRead(concat(data, TRAILER)), bytes).to.deep.equal([BigInt(value), BigInt(data.length)]);
      expect(await bothRead(data), bytes).to.deep.equal([BigInt(value), BigInt(data.length)]);
    }
  });

  it("refuses what is not canonical or not whole", async () => {
    for (const { bytes, why } of badVarints) expect(await bothRead(fromHex(bytes)), why).to.deep.equal([0n, 0n]);
  });

  it(`agrees with plain Solidity on random bytes (seed ${SEED})`, async () => {
    const random = new Random(SEED);
    for (let i = 0; i < 200; i++) {
      const first = (0xff00 >> random.below(9)) & 0xff;
      await bothRead(concat(Uint8Array.of(first | random.below(2)), random.bytes(random.below(10))));
      await bothRead(encodeVarint(random.u64()));
    }
  });
});
