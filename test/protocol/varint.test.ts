import { expect } from "chai";

import { encodeVarint, fromHex, newVarintCursor, readVarint, toHex, varintSize } from "@lakh/protocol";

import { Random, SEED } from "../support/random.ts";
import vectors from "../../vectors/encoding.json" with { type: "json" };

function read(bytes: Uint8Array): { value: bigint; next: number } | undefined {
  const cursor = newVarintCursor();
  if (!readVarint(bytes, 0, bytes.length, cursor)) return undefined;
  return { value: (BigInt(cursor.high) << 32n) | BigInt(cursor.low), next: cursor.next };
}

describe("varint", () => {
  for (const { value, bytes } of vectors.varints) {
    it(`${value} is ${bytes}`, () => {
      expect(toHex(encodeVarint(BigInt(value)))).to.equal(bytes);
      expect(read(fromHex(bytes))).to.deep.equal({ value: BigInt(value), next: fromHex(bytes).length });
    });
  }

  for (const { bytes, why } of vectors.badVarints) {
    it(`refuses ${bytes}: ${why}`, () => expect(read(fromHex(bytes))).to.equal(undefined));
  }

  it(`round-trips random values of every size (seed ${SEED})`, () => {
    const random = new Random(SEED);
    for (let i = 0; i < 5_000; i++) {
      const value = random.u64();
      const bytes = encodeVarint(value);
      expect(bytes.length).to.equal(varintSize(value));
      expect(read(bytes)).to.deep.equal({ value, next: bytes.length });
    }
  });

  it(`reads random bytes in one form only (seed ${SEED})`, () => {
    const random = new Random(SEED + 1);
    for (let i = 0; i < 5_000; i++) {
      const bytes = random.bytes(1 + random.below(10));
      const got = read(bytes);
      if (got) expect(toHex(encodeVarint(got.value))).to.equal(toHex(bytes.subarray(0, got.next)));
    }
  });

  it("refuses values that are no unsigned 64-bit integers", () => {
    expect(() => encodeVarint(-1n)).to.throw(RangeError);
    expect(() => encodeVarint(2n ** 64n)).to.throw(RangeError);
  });
});
