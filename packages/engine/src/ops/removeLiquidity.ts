import { Outcome, PoolLayout, RecordKind } from "@lakh/protocol";

import { type Execution, amountOf, isKind, objectOf } from "../execution.ts";
import { balanceKey, lower, raise, sharesKey } from "../holdings.ts";
import { mulDivDown } from "../math.ts";
import { accrue, poolAsset, poolField, setPoolField } from "../pools.ts";

/** Removes `amount` shares from pool `object` for at least `amount2` and `amount3`. Cost: two records changed. */
export function removeLiquidity(x: Execution, op: number): Outcome {
  const { state, account } = x;
  const pool = objectOf(x, op);
  const shares = amountOf(x, op, 0);
  if (!isKind(x, pool, RecordKind.Pool)) return Outcome.WrongKind;
  if (shares === 0n) return Outcome.ZeroAmount;
  accrue(state, pool);
  let outcome = lower(state, account, sharesKey(pool), shares);
  if (outcome !== Outcome.Ok) return outcome;
  const reserve0 = poolField(state, pool, PoolLayout.reserve0);
  const reserve1 = poolField(state, pool, PoolLayout.reserve1);
  const totalShares = poolField(state, pool, PoolLayout.totalShares);
  const amount0 = mulDivDown(shares, reserve0, totalShares);
  const amount1 = mulDivDown(shares, reserve1, totalShares);
  if (amount0 === 0n || amount1 === 0n) return Outcome.ZeroAmount;
  if (amount0 < amountOf(x, op, 1) || amount1 < amountOf(x, op, 2)) return Outcome.LimitNotMet;
  state.touch(pool);
  setPoolField(state, pool, PoolLayout.reserve0, reserve0 - amount0);
  setPoolField(state, pool, PoolLayout.reserve1, reserve1 - amount1);
  setPoolField(state, pool, PoolLayout.totalShares, totalShares - shares);
  outcome = raise(state, account, balanceKey(poolAsset(state, pool, 0)), amount0, x.ownerSigned);
  if (outcome !== Outcome.Ok) return outcome;
  return raise(state, account, balanceKey(poolAsset(state, pool, 1)), amount1, x.ownerSigned);
}
