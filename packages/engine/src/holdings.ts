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
const HIGH = AMOUNT;
const LOW = AMOUNT + 4;
const WORD = 2 ** 32;

/** Splits an amount into its 32-bit halves without allocating: low first. */
const cell = new BigUint64Array(1);
const halves = new Uint32Array(cell.buffer);

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

/** Raises a holding. `ownerSigned`: by an op that this very account's owner signed. */
export function raise(state: State, account: number, key: number, units: bigint, ownerSigned: boolean): Outcome {
  cell[0] = units;
  return raiseBy(state, account, key, halves[1] as number, halves[0] as number, ownerSigned);
}

/** Lowers a holding; at zero it is removed. */
export function lower(state: State, account: number, key: number, units: bigint): Outcome {
  if (units > MAX_UNITS) return Outcome.InsufficientBalance;
  cell[0] = units;
  return lowerBy(state, account, key, halves[1] as number, halves[0] as number);
}

/** `raise` by `high · 2^32 + low` units: without a bigint. */
export function raiseBy(
  state: State,
  account: number,
  key: number,
  high: number,
  low: number,
  ownerSigned: boolean,
): Outcome {
  if ((high | low) === 0) return Outcome.Ok;
  const at = state.at(account);
  const { view } = state.arena;
  const count = view.getUint8(at + AccountLayout.holdingCount);
  const from = state.holdingsAt(at);
  const end = from + SIZE * count;
  const found = seek(view, from, end, key);
  if (found < end && view.getUint32(found) === key) {
    const sumLow = view.getUint32(found + LOW) + low;
    const sumHigh = view.getUint32(found + HIGH) + high + (sumLow >= WORD ? 1 : 0);
    if (sumHigh >= WORD) return Outcome.Overflow;
    state.touch(account);
    view.setUint32(found + HIGH, sumHigh);
    view.setUint32(found + LOW, sumLow);
    return Outcome.Ok;
  }
  if (count >= (ownerSigned ? MAX_HOLDINGS : MAX_FOREIGN_HOLDINGS)) return Outcome.HoldingsFull;
  const offset = found - at;
  const record = state.splice(account, offset, 0, SIZE);
  const grown = state.arena.view;
  grown.setUint8(record + AccountLayout.holdingCount, count + 1);
  grown.setUint32(record + offset, key);
  grown.setUint32(record + offset + HIGH, high);
  grown.setUint32(record + offset + LOW, low);
  return Outcome.Ok;
}

/** `lower` by `high · 2^32 + low` units: without a bigint. */
export function lowerBy(state: State, account: number, key: number, high: number, low: number): Outcome {
  if ((high | low) === 0) return Outcome.Ok;
  const at = state.at(account);
  const { view } = state.arena;
  const count = view.getUint8(at + AccountLayout.holdingCount);
  const from = state.holdingsAt(at);
  const end = from + SIZE * count;
  const found = seek(view, from, end, key);
  if (found >= end || view.getUint32(found) !== key) return Outcome.InsufficientBalance;
  const lowLeft = view.getUint32(found + LOW) - low;
  const highLeft = view.getUint32(found + HIGH) - high - (lowLeft < 0 ? 1 : 0);
  if (highLeft < 0) return Outcome.InsufficientBalance;
  if (highLeft !== 0 || lowLeft !== 0) {
    state.touch(account);
    view.setUint32(found + HIGH, highLeft);
    view.setUint32(found + LOW, lowLeft); // modulo 2^32: the borrow is taken above
    return Outcome.Ok;
  }
  state.splice(account, found - at, SIZE, 0);
  view.setUint8(at + AccountLayout.holdingCount, count - 1);
  return Outcome.Ok;
}
