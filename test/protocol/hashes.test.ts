import { expect } from "chai";
import { AbiCoder, concat as ethersConcat, keccak256 as ethersKeccak } from "ethers";

import {
  EntryKind,
  ZERO_HASH,
  chunkProof,
  dataHash,
  decodeRecord,
  encodeRecord,
  entryHash,
  keccak256,
  machineHash,
  nextAcc,
  nextQueueHash,
  paddedChunk,
  toHex,
  type StateRecord,
} from "@lakh/protocol";

import { Random, SEED } from "../support/random.ts";

const abi = AbiCoder.defaultAbiCoder();

/** The range proof of docs/spec/witness.md, as a verifier walks it. */
function rootOfRange(chunks: Uint8Array[], from: number, count: number, proof: Uint8Array[]): string {
  let level = chunks.map((chunk) => keccak256(chunk));
  let low = from;
  let nodes = count;
  const rest = [...proof];
  while (nodes > 1) {
    const high = low + level.length - 1;
    if (low % 2 === 1) level.unshift(rest.shift() as Uint8Array);
    if (high % 2 === 0) level.push(rest.shift() as Uint8Array);
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) above.push(keccak256(level[i] as Uint8Array, level[i + 1] as Uint8Array));
    level = above;
    low >>= 1;
    nodes = Math.ceil(nodes / 2);
  }
  expect(rest.length).to.equal(0);
  return toHex(level[0] as Uint8Array);
}

describe("hashes", () => {
  it("hashes machine and header as abi.encode does", () => {
    const machine = { stateRoot: ZERO_HASH, nextObject: 2, nextExit: 3n, entry: 4n, cursor: 5, time: 6n, fees: 7n };
    const words = abi.encode(
      ["bytes32", "uint32", "uint64", "uint64", "uint32", "uint64", "uint64"],
      [ZERO_HASH, 2, 3, 4, 5, 6, 7],
    );
    expect(machineHash(machine)).to.equal(ethersKeccak(words));
    const header = { kind: EntryKind.Queue, time: 9n, a: 1n, b: 2n, hash: ZERO_HASH };
    const expected = ethersKeccak(
      abi.encode(["uint8", "uint64", "uint64", "uint64", "bytes32"], [2, 9, 1, 2, ZERO_HASH]),
    );
    expect(entryHash(header)).to.equal(expected);
    expect(nextAcc(ZERO_HASH, header)).to.equal(ethersKeccak(ethersConcat([ZERO_HASH, expected])));
  });

  it("chains the queue in 216 bits", () => {
    const item = Uint8Array.of(1, 2, 3);
    const full = BigInt(ethersKeccak(abi.encode(["uint256", "bytes32"], [5n, ethersKeccak(item)])));
    expect(nextQueueHash(5n, item)).to.equal(full & ((1n << 216n) - 1n));
  });

  it("hashes one chunk to its leaf and three chunks with one zero word of padding", () => {
    const one = new Uint8Array(10).fill(1);
    expect(dataHash(one)).to.equal(ethersKeccak(paddedChunk(one, 0)));
    const three = new Uint8Array(300).fill(2);
    const leaves = [0, 1, 2].map((i) => ethersKeccak(paddedChunk(three, i)));
    const left = ethersKeccak(ethersConcat([leaves[0] as string, leaves[1] as string]));
    const right = ethersKeccak(ethersConcat([leaves[2] as string, ZERO_HASH]));
    expect(dataHash(three)).to.equal(ethersKeccak(ethersConcat([left, right])));
  });

  it(`proves every range of chunks (seed ${SEED})`, () => {
    const random = new Random(SEED);
    for (const size of [1, 128, 129, 640, 1_000, 128 * 13]) {
      const data = random.bytes(size);
      const count = Math.ceil(size / 128);
      for (let from = 0; from < count; from++)
        for (let to = from; to < Math.min(count, from + 9); to++) {
          const chunks = Array.from({ length: to - from + 1 }, (_, i) => paddedChunk(data, from + i));
          expect(rootOfRange(chunks, from, count, chunkProof(data, from, to))).to.equal(dataHash(data));
        }
    }
  });
});

describe("records", () => {
  const owner = `0x${"0a".repeat(20)}` as const;
  const records: { record: StateRecord; bytes: string }[] = [
    {
      record: { kind: "asset", token: `0x${"00".repeat(20)}`, shift: 9 },
      bytes: `0x01${"00".repeat(20)}09`,
    },
    {
      record: {
        kind: "account",
        owner,
        signerKind: 0,
        nonceBase: 1n,
        nonceBits: 5n,
        holdings: [
          { key: 1, amount: 1_000n },
          { key: 2 ** 28 + 7, amount: 2n },
        ],
      },
      // owner, signer kind, base, bits 101, no session, 2 holdings, (00000001, 1000), (10000007, 2)
      bytes: `0x02${"0a".repeat(20)}00${"00".repeat(7)}01${"00".repeat(31)}050002${"00000001"}${"00000000000003e8"}${"10000007"}${"0000000000000002"}`,
    },
    {
      record: {
        kind: "account",
        owner,
        signerKind: 0,
        nonceBase: 0n,
        nonceBits: 0n,
        session: { key: `0x${"0b".repeat(20)}`, expiry: 9n, mask: 0x780, budget: 3n, objects: [4, 5] },
        holdings: [],
      },
      bytes: `0x02${"0a".repeat(20)}00${"00".repeat(8)}${"00".repeat(32)}0100${"0b".repeat(20)}${"0000000000000009"}${"00000780"}${"0000000000000003"}02${"00000004"}${"00000005"}`,
    },
    {
      record: {
        kind: "pool",
        asset0: 1,
        asset1: 2,
        fee: 3000,
        tag: `0x${"cc".repeat(32)}`,
        reserve0: 10n,
        reserve1: 20n,
        totalShares: 14n,
        lastTime: 7n,
        cumulative0: 1n << 64n,
        cumulative1: 2n,
      },
      bytes: `0x030000000100000002000bb8${"cc".repeat(32)}${"000000000000000a"}${"0000000000000014"}${"000000000000000e"}${"0000000000000007"}${"00".repeat(15)}01${"00".repeat(8)}${"00".repeat(23)}02`,
    },
    {
      record: { kind: "exit", token: owner, shift: 3, amount: 258n, recipient: owner },
      bytes: `0x04${"0a".repeat(20)}03${"0000000000000102"}${"0a".repeat(20)}`,
    },
  ];
  for (const { record, bytes } of records) {
    it(`packs ${record.kind} by hand-made bytes and back`, () => {
      expect(toHex(encodeRecord(record))).to.equal(bytes);
      expect(decodeRecord(encodeRecord(record))).to.deep.equal(record);
    });
  }
});
