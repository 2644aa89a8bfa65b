/** The heaviest items that the protocol admits: eight ops over full records that share as little of the tree as can be. */
import {
  EXIT_BASE,
  Facet,
  MAX_HOLDINGS,
  MAX_OPS,
  MAX_SESSION_OBJECTS,
  OBJECT_LIMIT,
  SESSION_VERBS,
  encodeRecord,
  holdingKey,
  toHex,
  type AccountRecord,
  type Op,
  type StateRecord,
} from "@lakh/protocol";

import { Random } from "../random.ts";
import { addressOf } from "./world.ts";

/** Objects and exits given out: siblings stand on nearly every level. */
export const NEXT_OBJECT = OBJECT_LIMIT - 100;
export const NEXT_EXIT = 2n ** 39n - 4096n;
const PLACES = 17;
const PLACES_APART = Math.floor(NEXT_OBJECT / PLACES);
const FILLER_KEYS = 2 ** 27;

export interface Worst {
  readonly title: string;
  /** Its outcome is not Ok. */
  readonly fails: boolean;
  readonly signer: number;
  readonly ops: readonly Op[];
  readonly records: readonly [number, Uint8Array][];
}

/** Object number `i` of 17, spread evenly over all indices. */
const place = (i: number): number => 12_345 + i * PLACES_APART;
const SIGNER = place(0);
const random = new Random(7);
const amount = (): bigint => (BigInt(random.u32()) << 30n) | 0x31010101n;

/** An account with a full session and as many holdings, `keys` among them. */
function fullAccount(
  owner: string,
  keys: readonly number[],
  holdings = MAX_HOLDINGS,
  scope = MAX_SESSION_OBJECTS,
): AccountRecord {
  const all = [...keys];
  for (let i = 0; all.length < holdings; i++) all.push(holdingKey(Facet.Shares, FILLER_KEYS + 257 * i));
  const objects = Array.from({ length: scope }, (_, i) => FILLER_KEYS + i);
  return {
    kind: "account",
    owner: addressOf(owner),
    signerKind: 0,
    nonceBase: 2n ** 63n + 0x0101n,
    nonceBits: 2n ** 255n - 1n,
    session: { key: addressOf("session"), expiry: 2n ** 64n - 1n, mask: SESSION_VERBS, budget: amount(), objects },
    holdings: all.sort((a, b) => a - b).map((key) => ({ key, amount: amount() })),
  };
}

const asset = (): StateRecord => ({ kind: "asset", token: toHex(random.bytes(20)), shift: 7 });

function worst(
  title: string,
  fails: boolean,
  ops: readonly Op[],
  records: readonly [number, StateRecord][],
  absent: readonly number[] = [],
): Worst {
  const made = records.map(([index, record]): [number, Uint8Array] => [index, encodeRecord(record)]);
  const empty = absent.map((index): [number, Uint8Array] => [index, new Uint8Array(0)]);
  return { title, fails, signer: SIGNER, ops, records: [...made, ...empty].sort(([a], [b]) => a - b) };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Eight assets to eight full accounts. */
function transfers(): Worst {
  const assets = range(MAX_OPS).map((i) => place(2 * i + 1));
  const ops = assets.map((object): Op => ({
    verb: "transfer",
    object,
    object2: object + PLACES_APART,
    amount: 2n ** 28n + 1n,
  }));
  const records = assets.flatMap((object): [number, StateRecord][] => [
    [object, asset()],
    [object + PLACES_APART, fullAccount("recipient", [object])],
  ]);
  return worst("8 transfers", false, ops, [...records, [SIGNER, fullAccount("alice", [1, ...assets])]]);
}

/** A scope filled, emptied and filled again with full accounts. */
function scopes(): Worst {
  const others = range(14).map((i) => place(i + 1));
  const scope = (i: number): Op => ({
    verb: "scopeSessionKey",
    object: others[2 * i] as number,
    object2: others[2 * i + 1] as number,
  });
  const reset: Op = {
    verb: "setSessionKey",
    party: addressOf("session"),
    amount: 2n ** 64n - 1n,
    amount2: BigInt(SESSION_VERBS),
    amount3: 2n ** 63n,
  };
  const ops = [0, 1, 2, 3].map(scope).concat(reset, [4, 5, 6].map(scope));
  const records = others.map((index): [number, StateRecord] => [index, fullAccount("other", [])]);
  return worst("7 scopes", false, ops, [...records, [SIGNER, fullAccount("alice", [1], MAX_HOLDINGS, 0)]]);
}

/** Sixteen full accounts named; the fifth op fails. */
function lateFailure(): Worst {
  const others = range(2 * MAX_OPS).map((i) => place(i + 1));
  const ops = range(MAX_OPS).map((i): Op => ({
    verb: "scopeSessionKey",
    object: others[2 * i] as number,
    object2: others[2 * i + 1] as number,
  }));
  const records = others.map((index): [number, StateRecord] => [index, fullAccount("other", [])]);
  return worst("8 scopes, one too many", true, ops, [...records, [SIGNER, fullAccount("alice", [1], MAX_HOLDINGS, 0)]]);
}

/** Eight pools of sixteen assets. */
function pools(): Worst {
  const assets = range(2 * MAX_OPS).map((i) => place(i + 1));
  const ops = range(MAX_OPS).map((i): Op => {
    const [object, object2] = [assets[2 * i] as number, assets[2 * i + 1] as number];
    return {
      verb: "createPool",
      object,
      object2,
      amount: 2n ** 28n + 1n,
      amount2: 2n ** 28n + 3n,
      amount3: 99_999n,
      amount4: 2n ** 64n - 1n,
    };
  });
  const records = assets.map((index): [number, StateRecord] => [index, asset()]);
  const signer = fullAccount("alice", [1, ...assets], MAX_HOLDINGS - MAX_OPS);
  return worst(
    "8 pools",
    false,
    ops,
    [...records, [SIGNER, signer]],
    range(MAX_OPS).map((i) => NEXT_OBJECT + i),
  );
}

/** Eight assets withdrawn. */
function withdrawals(): Worst {
  const assets = range(MAX_OPS).map((i) => place(2 * i + 1));
  const ops = assets.map((object): Op => ({
    verb: "withdraw",
    object,
    party: addressOf("l1"),
    amount: 2n ** 28n + 1n,
  }));
  const records = assets.map((index): [number, StateRecord] => [index, asset()]);
  const exits = range(MAX_OPS).map((i) => EXIT_BASE + Number(NEXT_EXIT) + i);
  return worst("8 withdrawals", false, ops, [...records, [SIGNER, fullAccount("alice", [1, ...assets])]], exits);
}

export const WORST_ITEMS: readonly Worst[] = [transfers(), scopes(), lateFailure(), pools(), withdrawals()];
