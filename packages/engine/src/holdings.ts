/** An account's holdings, edited in the packed record (docs/spec/machine.md, "Holdings"). */
import {
  AccountLayout,
  Facet,
  HoldingLayout,
  MAX_FOREIGN_HOLDINGS,
  MAX_HOLDINGS,
  OBJECT_LIMIT,
  Outcome,
} from "@lakh/protocol";

import { MAX_UNITS } from "./math.ts";
import type { State } from "./state.ts";

const { size: SIZE, amount: AMOUNT } = HoldingLayout;

/** Key of an account's balance of an asset. */
export function balanceKey(asset: number): number {
  return Facet.Balance * OBJECT_LIMIT + asset;
}

/** Key of an account's shares of a pool. */
export function sharesKey(pool: number): number {
  return Facet.Shares * OBJECT_LIMIT + pool;
}

/** Offset of the first holding between `from` and `end` whose key is not below `key`. */
function seek(view: DataView, from: number, end: number, key: number): number {
  let at = from;
  while (at < end && view.getUint32(at) < key) at += SIZE;
  return at;
}

/** What an account holds under `key`; 0 when nothing. */
export function unitsOf(state: State, account: number, key: number): bigint {
  const at = state.at(account);
  const { view } = state.arena;
  const from = state.holdingsAt(at);
  const end = from + SIZE * view.getUint8(at + AccountLayout.holdingCount);
  const found = seek(view, from, end, key);
  return found < end && view.getUint32(found) === key ? view.getBigUint64(found + AMOUNT) : 0n;
}

/** Raises a holding. `ownerSigned`: by an op that this very account's owner signed. */
export function raise(state: State, account: number, key: number, units: bigint, ownerSigned: boolean): Outcome {
  if (units === 0n) return Outcome.Ok;
  const at = state.at(account);
  const { view } = state.arena;
  const count = view.getUint8(at + AccountLayout.holdingCount);
  const from = state.holdingsAt(at);
  const end = from + SIZE * count;
  const found = seek(view, from, end, key);
  if (found < end && view.getUint32(found) === key) {
    const sum = view.getBigUint64(found + AMOUNT) + units;
    if (sum > MAX_UNITS) return Outcome.Overflow;
    state.touch(account);
    view.setBigUint64(found + AMOUNT, sum);
    return Outcome.Ok;
  }
  if (count >= (ownerSigned ? MAX_HOLDINGS : MAX_FOREIGN_HOLDINGS)) return Outcome.HoldingsFull;
  const offset = found - at;
  const record = state.splice(account, offset, 0, SIZE);
  const grown = state.arena.view;
  grown.setUint8(record + AccountLayout.holdingCount, count + 1);
  grown.setUint32(record + offset, key);
  grown.setBigUint64(record + offset + AMOUNT, units);
  return Outcome.Ok;
}

/** Lowers a holding; at zero it is removed. */
export function lower(state: State, account: number, key: number, units: bigint): Outcome {
  if (units === 0n) return Outcome.Ok;
  const at = state.at(account);
  const { view } = state.arena;
  const count = view.getUint8(at + AccountLayout.holdingCount);
  const from = state.holdingsAt(at);
  const end = from + SIZE * count;
  const found = seek(view, from, end, key);
  if (found >= end || view.getUint32(found) !== key) return Outcome.InsufficientBalance;
  const held = view.getBigUint64(found + AMOUNT);
  if (held < units) return Outcome.InsufficientBalance;
  if (held > units) {
    state.touch(account);
    view.setBigUint64(found + AMOUNT, held - units);
    return Outcome.Ok;
  }
  state.splice(account, found - at, SIZE, 0);
  view.setUint8(at + AccountLayout.holdingCount, count - 1);
  return Outcome.Ok;
}
