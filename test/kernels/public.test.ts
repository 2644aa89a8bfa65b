import { loadKernels } from "@lakh/kernels";
import { concat, fromHex, readUint, toHex, uintBytes } from "@lakh/protocol";
import { expect } from "chai";

import { publicVectors } from "../support/public-vectors.ts";

interface KeccakVectors {
  kats: { msg: string; keccak256: string }[];
}
interface PrecompileCase {
  Input: string;
  Expected: string;
  Name: string;
}

const kernels = await loadKernels("portable");
const HALF_ORDER = (0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n - 1n) / 2n;

describe("published vectors (LAKH_DATA)", () => {
  it("keccak256: known answers", function () {
    const vectors = publicVectors<KeccakVectors>("keccak256_kat.json");
    if (vectors === undefined) return this.skip();
    for (const { msg, keccak256 } of vectors.kats)
      expect(toHex(kernels.keccak256(fromHex(`0x${msg}`)))).to.equal(`0x${keccak256}`);
  });

  it("ecrecover: the precompile's cases, but for those with a high s", function () {
    const cases = publicVectors<PrecompileCase[]>("geth_ecRecover.json");
    if (cases === undefined) return this.skip();
    let compared = 0;
    for (const { Input, Expected, Name } of cases) {
      const input = fromHex(`0x${Input}`);
      const v = readUint(input, 32, 32);
      const s = readUint(input, 96, 32);
      if ((v !== 27n && v !== 28n) || s >= 2n ** 255n) continue; // has no compact form
      const signature = concat(input.subarray(64, 96), uintBytes((v - 27n) * 2n ** 255n + s, 32));
      const out = new Uint8Array(20);
      kernels.recoverBatch(input.subarray(0, 32), signature, 1, out);
      const expected = Expected === "" || s > HALF_ORDER ? "00".repeat(20) : Expected.slice(24);
      expect(toHex(out), Name).to.equal(`0x${expected}`);
      compared++;
    }
    expect(compared).to.be.greaterThan(0);
  });
});
