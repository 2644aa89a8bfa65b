/** The node's JSON (docs/RPC.md) as values. Integers of 64 bits and more travel as decimal strings. */
import type { Address, Hex, OutcomeName } from "@lakh/protocol";

import { BadResponseError } from "./errors.ts";
import type * as T from "./types.ts";

type Json = Record<string, unknown>;

export function isObject(json: unknown): json is Json {
  return typeof json === "object" && json !== null;
}

function field(from: unknown, name: string): unknown {
  const value = (from as Json | null)?.[name];
  if (value === undefined) throw new BadResponseError("the node", `without the field ${name}`);
  return value;
}

/** An integer from 0: decimal digits, or a number that is exact. */
function integer(value: unknown, what: string): bigint {
  if (typeof value === "string" && /^\d{1,78}$/.test(value)) return BigInt(value);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  throw new BadResponseError("the node", `${what} that is no integer from 0`);
}

function safe(value: unknown, what: string): number {
  const number = Number(integer(value, what));
  if (Number.isSafeInteger(number)) return number;
  throw new BadResponseError("the node", `${what} beyond 2^53`);
}

function hexOf(value: unknown, what: string): Hex {
  if (typeof value === "string" && /^0x[0-9a-fA-F]*$/.test(value)) return value as Hex;
  throw new BadResponseError("the node", `${what} that is no hex`);
}

function text(from: unknown, name: string): string {
  const value = field(from, name);
  if (typeof value === "string") return value;
  throw new BadResponseError("the node", `a field ${name} that is no text`);
}

const big = (from: unknown, name: string): bigint => integer(field(from, name), `a field ${name}`);
const num = (from: unknown, name: string): number => safe(field(from, name), `a field ${name}`);
const hex = (from: unknown, name: string): Hex => hexOf(field(from, name), `a field ${name}`);

export const list = (json: unknown): readonly unknown[] => {
  if (!Array.isArray(json)) throw new BadResponseError("the node", "no list");
  return json as unknown[];
};

export const indices = (json: unknown): number[] => list(json).map((one) => safe(one, "an index"));
export const tag = (json: unknown): Hex => hex(json, "tag");
export const amount = (json: unknown): bigint => big(json, "amount");

export const simulated = (json: unknown): { outcome: number; name: OutcomeName } => ({
  outcome: num(json, "outcome"),
  name: text(json, "name") as OutcomeName,
});

export const chainInfo = (json: unknown): T.ChainInfo => ({
  chainId: num(json, "chainId"),
  inbox: hex(json, "inbox"),
  bridge: hex(json, "bridge"),
  claims: hex(json, "claims"),
  stepVerifier: hex(json, "stepVerifier"),
  feeRecipient: hex(json, "feeRecipient"),
  sequencer: hex(json, "sequencer"),
  mode: text(json, "mode") as T.ChainInfo["mode"],
  minFee: big(json, "minFee"),
  version: text(json, "version"),
});

const head = (json: unknown): T.Head => ({
  entry: big(json, "entry"),
  acc: hex(json, "acc"),
  stateRoot: hex(json, "stateRoot"),
  time: big(json, "time"),
});

export const heads = (json: unknown): T.Heads => ({
  unsafe: head(field(json, "unsafe")),
  safe: head(field(json, "safe")),
  finalized: head(field(json, "finalized")),
});

export const machine = (json: unknown) => ({
  stateRoot: hex(json, "stateRoot"),
  nextObject: num(json, "nextObject"),
  nextExit: big(json, "nextExit"),
  entry: big(json, "entry"),
  cursor: num(json, "cursor"),
  time: big(json, "time"),
  fees: big(json, "fees"),
});

export const hashedMachine = (json: unknown): T.HashedMachine => ({ ...machine(json), hash: hex(json, "hash") });

export function account(json: unknown): T.Account {
  const index = num(json, "index");
  const session = (json as Json).session;
  return {
    index,
    owner: hex(json, "owner"),
    signerKind: num(json, "signerKind"),
    nonceBase: big(json, "nonceBase"),
    nextNonce: big(json, "nextNonce"),
    ...(session ? { session: accountSession(session) } : {}),
    holdings: list(field(json, "holdings")).map((holding) => ({
      key: num(holding, "key"),
      facet: num(holding, "facet"),
      object: num(holding, "object"),
      amount: big(holding, "amount"),
    })),
  };
}

const accountSession = (json: unknown): T.AccountSession => ({
  key: hex(json, "key"),
  expiry: big(json, "expiry"),
  mask: num(json, "mask"),
  budget: big(json, "budget"),
  objects: indices(field(json, "objects")),
});

export const asset = (json: unknown): T.Asset => ({
  index: num(json, "index"),
  token: hex(json, "token"),
  shift: num(json, "shift"),
});

export const pool = (json: unknown): T.Pool => ({
  index: num(json, "index"),
  asset0: num(json, "asset0"),
  asset1: num(json, "asset1"),
  fee: num(json, "fee"),
  tag: hex(json, "tag"),
  reserve0: big(json, "reserve0"),
  reserve1: big(json, "reserve1"),
  totalShares: big(json, "totalShares"),
  lastTime: big(json, "lastTime"),
  cumulative0: big(json, "cumulative0"),
  cumulative1: big(json, "cumulative1"),
});

export const receipt = (json: unknown): T.Receipt => ({
  entry: big(json, "entry"),
  position: num(json, "position"),
  accBefore: hex(json, "accBefore"),
  itemHash: hex(json, "itemHash"),
  time: big(json, "time"),
  outcome: num(json, "outcome"),
  sequencer: hex(json, "sequencer"),
  signature: hex(json, "signature"),
});

/** One answer of `lakh_sendEnvelopes`. */
export function sent(json: unknown): { readonly receipt?: unknown; readonly error?: Json } {
  if (isObject(json) && (json.error === undefined || isObject(json.error)))
    return json.error === undefined ? { receipt: json.receipt } : { error: json.error };
  throw new BadResponseError("the node", "without a receipt and without an error");
}

export const exit = (json: unknown): T.Exit => ({
  number: big(json, "number"),
  token: hex(json, "token"),
  shift: num(json, "shift"),
  amount: big(json, "amount"),
  recipient: hex(json, "recipient") as Address,
  entry: big(json, "entry"),
});

export const exitProof = (json: unknown): T.ExitProof => ({
  machine: machine(field(json, "machine")),
  siblings: list(field(json, "siblings")).map((one) => hexOf(one, "a sibling")),
});

export function entry(json: unknown): T.Entry {
  const header = field(json, "header");
  const { l1Block, l1Transaction } = json as Json;
  return {
    entry: big(json, "entry"),
    header: {
      kind: num(header, "kind"),
      time: big(header, "time"),
      a: big(header, "a"),
      b: big(header, "b"),
      hash: hex(header, "hash"),
    },
    accBefore: hex(json, "accBefore"),
    acc: hex(json, "acc"),
    items: list(field(json, "items")).map((item) => ({
      outcome: num(item, "outcome"),
      name: text(item, "name") as OutcomeName,
      itemHash: field(item, "itemHash") === null ? null : hex(item, "itemHash"),
      ...((item as Json).envelope === undefined ? {} : { envelope: (item as Json).envelope }),
    })),
    ...(l1Block === undefined || l1Block === null ? {} : { l1Block: integer(l1Block, "an L1 block") }),
    ...(l1Transaction === undefined || l1Transaction === null
      ? {}
      : { l1Transaction: hexOf(l1Transaction, "an L1 transaction") }),
  };
}
