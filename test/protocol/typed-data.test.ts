import { expect } from "chai";
import { AbiCoder, TypedDataEncoder, Wallet, id, keccak256 as ethersKeccak, verifyTypedData } from "ethers";

import {
  type Envelope,
  VERBS,
  accountTag,
  addressOfKey,
  assetTag,
  compactSignature,
  domainSeparator,
  envelopeDigest,
  fromHex,
  opsHash,
  poolTag,
  recoverSigner,
  signDigest,
  toHex,
  typedData,
  uintBytes,
  word,
} from "@lakh/protocol";

import { Random, SEED } from "../support/random.ts";

const domain = { chainId: 31337n, inbox: "0x1234567890123456789012345678901234567890" } as const;
const tagOf = (index: number) => toHex(word(BigInt(index) * 0x1_0000_0001n));

describe("typed data", () => {
  it(`hashes as ethers does, for every verb (seed ${SEED})`, () => {
    const random = new Random(SEED);
    for (const verb of VERBS) {
      if (verb === undefined) continue;
      const envelope: Envelope = {
        account: 1 + random.below(2 ** 20),
        nonce: random.u64(),
        validUntil: random.u64(),
        fee: random.u64(),
        ops: [
          { verb: verb.name, object: 5, object2: 6, party: toHex(random.bytes(20)), amount: random.u64(), amount4: 9n },
        ],
      };
      const owner = toHex(random.bytes(20));
      const { EIP712Domain, ...types } = typedData(domain, envelope, owner, tagOf).types;
      expect(EIP712Domain.map((field) => field.name)).to.deep.equal([
        "name",
        "version",
        "chainId",
        "verifyingContract",
      ]);
      const data = typedData(domain, envelope, owner, tagOf);
      const expected = TypedDataEncoder.hash(data.domain, types, data.message);
      expect(toHex(envelopeDigest(domainSeparator(domain), envelope, owner, tagOf))).to.equal(expected);
      JSON.stringify(data); // wallets get it as JSON
    }
  });

  it("a wallet's typed-data signature, made compact, is the signature that the SDK makes itself", async () => {
    const key = toHex(new Random(SEED + 1).bytes(32));
    const owner = addressOfKey(key);
    const envelope: Envelope = {
      account: 7,
      nonce: 3n,
      validUntil: 0n,
      fee: 1n,
      ops: [{ verb: "swapExactIn0", object: 9, amount: 5n, amount2: 4n }, { verb: "clearSessionKey" }],
    };
    const data = typedData(domain, envelope, owner, tagOf);
    const { Envelope, Op } = data.types;
    const types = { Envelope, Op };
    const signature = await new Wallet(key).signTypedData(data.domain, types, data.message);
    expect(verifyTypedData(data.domain, types, data.message, signature).toLowerCase()).to.equal(owner);
    const digest = envelopeDigest(domainSeparator(domain), envelope, owner, tagOf);
    expect(compactSignature(signature as `0x${string}`)).to.equal(signDigest(digest, key));
  });

  it("hashes an empty tag for no object", () => {
    const one = opsHash([{ verb: "scopeSessionKey", object: 5, object2: 0 }], tagOf);
    const other = opsHash([{ verb: "scopeSessionKey", object: 5 }], tagOf);
    expect(toHex(one)).to.equal(toHex(other));
  });

  it("makes tags as the specification says", () => {
    const token = "0x00000000000000000000000000000000000000ff";
    expect(assetTag(token, 9)).to.equal(`0x${"0".repeat(60)}ff09`);
    expect(accountTag(token)).to.equal(`0x${"0".repeat(62)}ff`);
    const words = AbiCoder.defaultAbiCoder().encode(
      ["uint8", "bytes32", "bytes32", "uint32", "address", "uint64"],
      [3, id("a"), id("b"), 3000, token, 8n],
    );
    expect(poolTag(id("a") as `0x${string}`, id("b") as `0x${string}`, 3000, token, 8n)).to.equal(ethersKeccak(words));
  });
});

describe("signatures", () => {
  const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const digest = new Uint8Array(32).fill(7);
  const compact = (r: bigint, s: bigint, parity = 0n): Uint8Array =>
    fromHex(toHex(uintBytes(r, 32)) + toHex(uintBytes(s + (parity << 255n), 32)).slice(2));

  it(`recovers what it signed (seed ${SEED})`, () => {
    const random = new Random(SEED + 2);
    for (let i = 0; i < 20; i++) {
      const key = toHex(random.bytes(32));
      const message = random.bytes(32);
      expect(recoverSigner(message, fromHex(signDigest(message, key)))).to.equal(addressOfKey(key));
    }
  });

  it("refuses r and s out of range, and high s", () => {
    const r = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n; // x of G
    expect(recoverSigner(digest, compact(r, 1n))).to.be.a("string");
    expect(recoverSigner(digest, compact(r, (N - 1n) / 2n))).to.be.a("string");
    expect(recoverSigner(digest, compact(r, (N - 1n) / 2n + 1n))).to.equal(undefined);
    expect(recoverSigner(digest, compact(r, 0n))).to.equal(undefined);
    expect(recoverSigner(digest, compact(0n, 1n))).to.equal(undefined);
    expect(recoverSigner(digest, compact(N, 1n))).to.equal(undefined);
    expect(recoverSigner(digest, new Uint8Array(65))).to.equal(undefined);
  });

  it("refuses an r that is no x coordinate (x = 5) and the point at infinity (z = 0, s·R = z·G)", () => {
    expect(recoverSigner(digest, compact(5n, 1n))).to.equal(undefined);
    // R = G, s = 1, z = 1: Q = r⁻¹(s·R − z·G) = 0.
    const gx = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n;
    expect(recoverSigner(uintBytes(1n, 32), compact(gx, 1n))).to.equal(undefined);
  });

  it("makes 65-byte signatures compact, low s or high", () => {
    const key = toHex(new Random(SEED + 3).bytes(32));
    const low = fromHex(signDigest(digest, key));
    const s = BigInt(toHex(low.subarray(32))) & ((1n << 255n) - 1n);
    const parity = (low[32] as number) >> 7;
    const high = toHex(uintBytes(N - s, 32)).slice(2);
    const flipped = toHex(low.subarray(0, 32)) + high + (27 + (parity ^ 1)).toString(16);
    expect(compactSignature(flipped as `0x${string}`)).to.equal(toHex(low));
    expect(() => compactSignature("0x00")).to.throw(RangeError);
  });
});
