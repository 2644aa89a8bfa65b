import { AccountLayout, LOCKED_SHARES, MAX_POOL_FEE, Outcome, PoolLayout, RecordKind } from "@lakh/protocol";

import { type Execution, amountOf, isKind, object2Of, objectOf } from "../execution.ts";
import { balanceKey, lower, raise, sharesKey } from "../holdings.ts";
import { sqrtDown } from "../math.ts";
import { setPoolField } from "../pools.ts";

const LOCKED = BigInt(LOCKED_SHARES);

/**
 * Creates a pool of `amount` of asset `object` and `amount2` of asset `object2`, fee `amount3` millionths, salt `amount4`.
 * Cost: one record changed, one made, one tag hashed.
 */
export function createPool(x: Execution, op: number): Outcome {
  const { state } = x;
  const asset0 = objectOf(x, op);
  const asset1 = object2Of(x, op);
  const amount0 = amountOf(x, op, 0);
  const amount1 = amountOf(x, op, 1);
  const fee = amountOf(x, op, 2);
  if (!isKind(x, asset0, RecordKind.Asset)) return Outcome.WrongKind;
  if (!isKind(x, asset1, RecordKind.Asset)) return Outcome.WrongKind;
  if (asset0 >= asset1) return Outcome.BadPair;
  if (fee > MAX_POOL_FEE) return Outcome.BadPoolFee;
  if (amount0 === 0n || amount1 === 0n) return Outcome.ZeroAmount;
  const shares = sqrtDown(amount0 * amount1);
  if (shares <= LOCKED) return Outcome.InsufficientLiquidity;
  let outcome = lower(state, x.account, balanceKey(asset0), amount0);
  if (outcome !== Outcome.Ok) return outcome;
  outcome = lower(state, x.account, balanceKey(asset1), amount1);
  if (outcome !== Outcome.Ok) return outcome;

  const pool = state.createObject(PoolLayout.size);
  if (pool === 0) return Outcome.ObjectsFull;
  const creator = state.at(x.account) + AccountLayout.owner;
  const tag = x.digester.poolTag(state, asset0, asset1, Number(fee), creator, amountOf(x, op, 3));
  const at = state.at(pool);
  const { bytes, view } = state.arena;
  bytes.fill(0, at, at + PoolLayout.size);
  view.setUint8(at, RecordKind.Pool);
  view.setUint32(at + PoolLayout.asset0, asset0);
  view.setUint32(at + PoolLayout.asset1, asset1);
  view.setUint8(at + PoolLayout.fee, Number(fee >> 16n));
  view.setUint16(at + PoolLayout.fee + 1, Number(fee & 0xffffn));
  bytes.set(tag, at + PoolLayout.tag);
  setPoolField(state, pool, PoolLayout.reserve0, amount0);
  setPoolField(state, pool, PoolLayout.reserve1, amount1);
  setPoolField(state, pool, PoolLayout.totalShares, shares);
  setPoolField(state, pool, PoolLayout.lastTime, state.time);
  return raise(state, x.account, sharesKey(pool), shares - LOCKED, x.ownerSigned);
}
