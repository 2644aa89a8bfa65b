/** Methods about objects at the unsafe head. */
import { OUTCOMES, Outcome, RecordKind, type VerbName, decodeRecord } from "@lakh/protocol";

import { Fault } from "../../faults.ts";
import type { LakhNode } from "../../node.ts";
import { accountView } from "../../views/accounts.ts";
import type { Params } from "../params.ts";
import type { Methods } from "./method.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const SWAPS = ["swapExactIn0", "swapExactIn1", "swapExactOut0", "swapExactOut1"] as const satisfies VerbName[];

export const stateMethods: Methods = {
  lakh_getObject: { params: 1, call: (node, params) => objectView(node, params.integer(0)) },
  lakh_getAccount: { params: 1, call: (node, params) => accountOf(node, params.integer(0)) },
  lakh_accountsOf: { params: 1, call: (node, params) => node.engine.accountsOf(params.address(0)) },
  lakh_getPool: { params: 1, call: (node, params) => poolOf(node, params.integer(0)) },
  lakh_listAssets: { params: 2, calls: 10, call: (node, params) => list(node, params, RecordKind.Asset, assetOf) },
  lakh_listPools: { params: 2, calls: 10, call: (node, params) => list(node, params, RecordKind.Pool, poolOf) },
  lakh_quote: { params: 3, call: quote },
  lakh_simulate: { params: 1, call: (node, params) => outcomeView(node.engine.simulate(params.bytes(0))) },
};

export function accountOf(node: LakhNode, index: number) {
  const account = node.engine.account(index);
  return account === undefined ? null : accountView(index, account);
}

export function poolOf({ engine }: LakhNode, index: number) {
  const pool = engine.pool(index);
  if (pool === undefined) return null;
  const { asset0, asset1, fee, tag, reserve0, reserve1, totalShares, lastTime, cumulative0, cumulative1 } = pool;
  return { index, asset0, asset1, fee, tag, reserve0, reserve1, totalShares, lastTime, cumulative0, cumulative1 };
}

function assetOf({ engine }: LakhNode, index: number) {
  const asset = engine.asset(index);
  return asset === undefined ? null : { index, token: asset.token, shift: asset.shift };
}

function objectView({ engine }: LakhNode, index: number) {
  const bytes = engine.record(index);
  if (bytes === undefined) return null;
  const record = decodeRecord(bytes);
  return { index, kind: record.kind, tag: engine.tag(index), record };
}

function outcomeView(outcome: Outcome) {
  return { outcome, name: OUTCOMES[outcome]?.name };
}

/** Objects of one kind behind an index. Cost: all objects in between are looked at. */
function list<T>(node: LakhNode, params: Params, kind: RecordKind, view: (node: LakhNode, index: number) => T): T[] {
  const after = params.optionalInteger(0, 0);
  const limit = params.optionalInteger(1, DEFAULT_LIMIT, MAX_LIMIT);
  const { state } = node.engine;
  const found: T[] = [];
  for (let index = after + 1; index < state.nextObject && found.length < limit; index++)
    if (state.kindOf(index) === kind) found.push(view(node, index));
  return found;
}

function quote({ engine }: LakhNode, params: Params) {
  const pool = params.integer(0);
  const verb = params.word(1, SWAPS);
  const amount = params.amount(2);
  if (engine.record(pool) === undefined) throw refused(Outcome.NoObject);
  if (engine.pool(pool) === undefined) throw refused(Outcome.WrongKind);
  if (amount === 0n) throw refused(Outcome.ZeroAmount);
  const side = verb.endsWith("0") ? 0 : 1;
  if (verb.startsWith("swapExactIn")) {
    const found = engine.quoteExactIn(pool, side, amount);
    if (found === undefined) throw refused(Outcome.ZeroAmount);
    return { amount: found.amountOut };
  }
  const found = engine.quoteExactOut(pool, side, amount);
  if (found === undefined) throw refused(Outcome.InsufficientLiquidity);
  return { amount: found.amountIn };
}

function refused(outcome: Outcome): Fault {
  const { name, text } = OUTCOMES[outcome] ?? { name: String(outcome), text: "" };
  return new Fault("Refused", `${name}: ${text}`, { outcome, name, text });
}
