import { loadKernels } from "@lakh/kernels";
import { addressOfKey, concat, fromHex, keccak256, recoverSigner, signDigest, toHex, uintBytes } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import vectors from "../../vectors/kernels.json" with { type: "json" };

const kernels = await loadKernels("portable");
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const TOP_BIT = 1n << 255n;

function recover(digest: Uint8Array, signature: Uint8Array): string {
  const out = new Uint8Array(20).fill(0xee);
  kernels.recoverBatch(digest, signature, 1, out);
  return toHex(out);
}

const compact = (r: bigint, parity: bigint, s: bigint): Uint8Array =>
  concat(uintBytes(r, 32), uintBytes(parity * TOP_BIT + s, 32));
const NOBODY = `0x${"00".repeat(20)}`;

describe("loadKernels", () => {
  it("refuses a name that it does not know", async () => {
    const error = await loadKernels("magic").catch((reason: unknown) => reason);
    expect(error).to.have.property("code", "KERNELS_UNKNOWN");
  });
});

describe("keccakBatch", () => {
  it("hashes known messages", () => {
    for (const { message, hash } of vectors.keccak) expect(toHex(kernels.keccak256(fromHex(message)))).to.equal(hash);
  });

  it(`hashes packed messages of all lengths as noble does (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const messages = Array.from({ length: 300 }, (_, i) => random.bytes(i));
    const ends = new Uint32Array(messages.length);
    messages.reduce((at, message, i) => (ends[i] = at + message.length), 0);
    const out = new Uint8Array(32 * messages.length);
    kernels.keccakBatch(concat(...messages), ends, messages.length, out);
    expect(toHex(out)).to.equal(toHex(concat(...messages.map((message) => keccak256(message)))));
  });
});

describe("recoverBatch", () => {
  it("recovers known signers", () => {
    for (const { digest, signature, address } of vectors.recover)
      expect(recover(fromHex(digest), fromHex(signature))).to.equal(address);
  });

  it(`recovers a block of signers, valid and not, as noble does (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const count = 60;
    const digests: Uint8Array[] = [];
    const signatures: Uint8Array[] = [];
    const expected: string[] = [];
    for (let i = 0; i < count; i++) {
      const key = toHex(uintBytes(1 + random.u32(), 32));
      const digest = random.bytes(32);
      const signature = fromHex(signDigest(digest, key));
      if (i % 3 === 1) signature[random.below(64)] = random.below(256);
      if (i % 3 === 2) signature.set(random.bytes(32), 0); // half of these are no x coordinate
      digests.push(digest);
      signatures.push(signature);
      expected.push(recoverSigner(digest, signature) ?? NOBODY);
      if (i % 3 === 0) expect(expected.at(-1)).to.equal(addressOfKey(key));
    }
    const out = new Uint8Array(20 * count).fill(0xee);
    kernels.recoverBatch(concat(...digests), concat(...signatures), count, out);
    expect(toHex(out)).to.equal(toHex(concat(...expected.map((address) => fromHex(address)))));
  }).timeout(20_000);

  it("gives the zero address for every signature out of range", () => {
    const digest = keccak256(uintBytes(5, 32));
    const good = fromHex(signDigest(digest, toHex(uintBytes(77, 32))));
    expect(recover(digest, good)).to.equal(addressOfKey(toHex(uintBytes(77, 32))));
    const second = BigInt(toHex(good.subarray(32)));
    const [parity, s] = [second >> 255n, second & (TOP_BIT - 1n)];
    const r = BigInt(toHex(good.subarray(0, 32)));
    const half = (ORDER - 1n) / 2n;
    for (const [badR, badParity, badS] of [
      [0n, parity, s],
      [ORDER, parity, s],
      [2n ** 256n - 1n, parity, s],
      [r, parity, 0n],
      [r, parity, half + 1n],
      [r, 1n - parity, TOP_BIT - 1n],
      [5n, parity, s], // 5 is no x coordinate of secp256k1: 5³ + 7 = 132 is no square
    ] as const)
      expect(recover(digest, compact(badR, badParity, badS))).to.equal(NOBODY);
    expect(recover(digest, compact(r, 1n - parity, s))).not.to.equal(NOBODY);
  });

  it("gives the zero address when the public key is the point at infinity", () => {
    // Q = r⁻¹(s·R − z·G). With R = G (r = x of G, even y) and s = z, Q is infinity.
    const gx = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n;
    expect(recover(uintBytes(7, 32), compact(gx, 0n, 7n))).to.equal(NOBODY);
    expect(recover(uintBytes(8, 32), compact(gx, 0n, 7n))).not.to.equal(NOBODY);
  });
});

describe("treeUpdate", () => {
  const node = (children: Uint8Array): Uint8Array =>
    children.every((byte) => byte === 0) ? new Uint8Array(32) : keccak256(children);

  it(`agrees with a tree built anew after every change, zero groups included (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const levels = [256, 64, 16, 4].map((nodes) => new Uint8Array(32 * nodes));
    const leaves = levels[0] as Uint8Array;
    for (let round = 0; round < 20; round++) {
      const dirty = Uint32Array.from(new Set(Array.from({ length: random.below(30) }, () => random.below(256)))).sort();
      for (const leaf of dirty) leaves.set(random.chance(0.5) ? random.bytes(32) : new Uint8Array(32), 32 * leaf);
      kernels.treeUpdate(levels, dirty.slice(), dirty.length);
      let below = leaves;
      for (const level of levels.slice(1)) {
        const groups = Array.from({ length: below.length / 128 }, (_, i) =>
          node(below.subarray(128 * i, 128 * i + 128)),
        );
        expect(toHex(level)).to.equal(toHex(concat(...groups)));
        below = level;
      }
    }
  }).timeout(20_000);
});
