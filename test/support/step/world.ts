/** A state of a million objects of which a few are known, and envelopes signed in it. */
import {
  Facet,
  ZERO_ADDRESS,
  addressOfKey,
  assetTag,
  decodeRecord,
  encodeEnvelope,
  encodeRecord,
  envelopeDigest,
  holdingKey,
  keccak256,
  poolTag,
  recordTag,
  signDigest,
  toHex,
  utf8,
  type AccountRecord,
  type Address,
  type AssetRecord,
  type Envelope,
  type Hex,
  type Machine,
  type PoolRecord,
} from "@lakh/protocol";

import { SparseTree } from "./sparse-tree.ts";

/** The private key of a named actor. */
export const keyOf = (name: string): Hex => toHex(keccak256(utf8(`key of ${name}`)));
export const addressOf = (name: string): Address => addressOfKey(keyOf(name));

export const ETH = 1;
export const USDC = 2;
export const POOL = 201;
export const ALICE = 612_345;
export const BOB = 700_001;
export const NEXT_OBJECT = 1_050_000;
export const NEXT_EXIT = 90_000n;
export const NOW = 1_900_000_000n;

export const USDC_TOKEN: Address = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
const eth: AssetRecord = { kind: "asset", token: ZERO_ADDRESS, shift: 9 };
const usdc: AssetRecord = { kind: "asset", token: USDC_TOKEN, shift: 0 };

export const pool: PoolRecord = {
  kind: "pool",
  asset0: ETH,
  asset1: USDC,
  fee: 3000,
  tag: poolTag(assetTag(ZERO_ADDRESS, 9), assetTag(USDC_TOKEN, 0), 3000, addressOf("maker"), 5n),
  reserve0: 5_000_000_000_000n,
  reserve1: 10_000_000_000_000n,
  totalShares: 7_071_067_811_865n,
  lastTime: NOW - 12n,
  cumulative0: 0x123456789abcdefn << 64n,
  cumulative1: 0xabcdef12345n << 64n,
};

/** An account with a nonce window well under way. `holdings` by key. */
export function account(owner: string, holdings: Record<number, bigint>): AccountRecord {
  return {
    kind: "account",
    owner: addressOf(owner),
    signerKind: 0,
    nonceBase: 300n,
    nonceBits: (1n << 200n) - 1n,
    holdings: Object.entries(holdings)
      .map(([key, amount]) => ({ key: Number(key), amount }))
      .sort((a, b) => a.key - b.key),
  };
}

export const alice = account("alice", {
  [ETH]: 40_000_000_000n,
  [USDC]: 80_000_000_000n,
  [holdingKey(Facet.Shares, POOL)]: 123_456_789n,
});
export const bob = account("bob", { [ETH]: 1_000_000_000n });

/** The tree of the known records. */
export function tree(changes: Iterable<[number, Uint8Array]> = []): SparseTree {
  const records = [
    [ETH, eth],
    [USDC, usdc],
    [POOL, pool],
    [ALICE, alice],
    [BOB, bob],
  ] as const;
  const encoded = records.map(([index, record]): [number, Uint8Array] => [index, encodeRecord(record)]);
  return new SparseTree([...encoded, ...changes], NEXT_OBJECT, NEXT_EXIT);
}

/** The machine before a step in `state`. */
export function machine(state: SparseTree, cursor: number): Machine {
  const { nextObject, nextExit } = state;
  return { stateRoot: state.root(), nextObject, nextExit, entry: 4321n, cursor, time: NOW - 12n, fees: 987_654_321n };
}

/** Encodes `envelope`, signed by `signer` in `state`. */
export function signed(state: SparseTree, separator: Uint8Array, envelope: Envelope, signer: string): Uint8Array {
  const tagOf = (index: number): Hex => recordTag(decodeRecord(state.records.get(index) as Uint8Array));
  const account = decodeRecord(state.records.get(envelope.account) as Uint8Array);
  const owner = account.kind === "account" ? account.owner : ZERO_ADDRESS;
  const digest = envelopeDigest(separator, envelope, owner, tagOf);
  return encodeEnvelope({ ...envelope, signature: signDigest(digest, keyOf(signer)) });
}

/** Alice swaps 2 ETH. */
export const swap: Envelope = {
  account: ALICE,
  nonce: 510n,
  validUntil: NOW + 60n,
  fee: 20_000n,
  ops: [{ verb: "swapExactIn0", object: POOL, amount: 2_000_000_000n, amount2: 3_980_000_000n }],
};

// in = 2·10^9, f = 997,000: counted = 1,994,000,000,000,000; out = floor(1,994·10^12 · 10^13 / (5·10^12 · 10^6 + 1,994·10^12))
//    = floor(1.994·10^28 / 5,001,994,000,000,000,000) = 3,986,410,219   (1.994·10^28 / 5.001994·10^18 = 3,986,410,219.6…)
/** What she gets, worked out by hand. */
const OUT = 3_986_410_219n;
// dt = 12 s; 2^64 · 10^13 / (5·10^12) = 2 · 2^64; 2^64 · 5·10^12 / 10^13 = 2^63
const poolAfter = {
  ...pool,
  reserve0: 5_002_000_000_000n,
  reserve1: 10_000_000_000_000n - OUT,
  lastTime: NOW,
  cumulative0: pool.cumulative0 + 12n * (2n << 64n),
  cumulative1: pool.cumulative1 + 12n * (1n << 63n),
};
const aliceAfter: AccountRecord = {
  ...alice,
  nonceBits: alice.nonceBits | (1n << 210n),
  holdings: alice.holdings.map(({ key, amount }) => {
    if (key === ETH) return { key, amount: amount - 2_000_000_000n - 20_000n };
    return key === USDC ? { key, amount: amount + OUT } : { key, amount };
  }),
};

/** The records that the swap changes, worked out by hand. */
export const swapped: [number, Uint8Array][] = [
  [POOL, encodeRecord(poolAfter)],
  [ALICE, encodeRecord(aliceAfter)],
];
