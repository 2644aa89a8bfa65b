import { Outcome, PoolLayout, RecordKind } from "@lakh/protocol";

import { type Execution, amountOf, isKind, objectOf } from "../execution.ts";
import { balanceKey, lower, raise, sharesKey } from "../holdings.ts";
import { fitsUnits } from "../math.ts";
import { accrue, liquidityDown, poolAsset, poolField, setPoolField } from "../pools.ts";

/** Adds up to `amount` and `amount2` to pool `object` for at least `amount3` shares. Cost: two records changed. */
export function addLiquidity(x: Execution, op: number): Outcome {
  const { state, account } = x;
  const pool = objectOf(x, op);
  const max0 = amountOf(x, op, 0);
  const max1 = amountOf(x, op, 1);
  if (!isKind(x, pool, RecordKind.Pool)) return Outcome.WrongKind;
  if (max0 === 0n || max1 === 0n) return Outcome.ZeroAmount;
  accrue(state, pool);
  const reserve0 = poolField(state, pool, PoolLayout.reserve0);
  const reserve1 = poolField(state, pool, PoolLayout.reserve1);
  const totalShares = poolField(state, pool, PoolLayout.totalShares);
  const { amount0, amount1, shares } = liquidityDown(max0, max1, reserve0, reserve1, totalShares);
  if (shares === 0n) return Outcome.ZeroAmount;
  if (shares < amountOf(x, op, 2)) return Outcome.LimitNotMet;
  if (!fitsUnits(reserve0 + amount0) || !fitsUnits(reserve1 + amount1) || !fitsUnits(totalShares + shares))
    return Outcome.Overflow;
  let outcome = lower(state, account, balanceKey(poolAsset(state, pool, 0)), amount0);
  if (outcome !== Outcome.Ok) return outcome;
  outcome = lower(state, account, balanceKey(poolAsset(state, pool, 1)), amount1);
  if (outcome !== Outcome.Ok) return outcome;
  state.touch(pool);
  setPoolField(state, pool, PoolLayout.reserve0, reserve0 + amount0);
  setPoolField(state, pool, PoolLayout.reserve1, reserve1 + amount1);
  setPoolField(state, pool, PoolLayout.totalShares, totalShares + shares);
  return raise(state, account, sharesKey(pool), shares, x.ownerSigned);
}
