import { Outcome, RecordKind } from "@lakh/protocol";

import { type Execution, amountOf, isKind, objectOf } from "../execution.ts";
import { accrue, amountInUp, otherSide, poolFee, poolField, reserveOf, trade } from "../pools.ts";

/** Gets `amount` of the pool's second asset, pays at most `amount2` of its first. Cost: two records changed. */
export function swapExactOut0(x: Execution, op: number): Outcome {
  return swapExactOut(x, op, 0);
}

/** Gets `amount` of the pool's first asset, pays at most `amount2` of its second. Cost: two records changed. */
export function swapExactOut1(x: Execution, op: number): Outcome {
  return swapExactOut(x, op, 1);
}

function swapExactOut(x: Execution, op: number, sideIn: 0 | 1): Outcome {
  const { state } = x;
  const pool = objectOf(x, op);
  const amountOut = amountOf(x, op, 0);
  if (!isKind(x, pool, RecordKind.Pool)) return Outcome.WrongKind;
  if (amountOut === 0n) return Outcome.ZeroAmount;
  accrue(state, pool);
  const reserveIn = poolField(state, pool, reserveOf(sideIn));
  const reserveOut = poolField(state, pool, reserveOf(otherSide(sideIn)));
  if (amountOut >= reserveOut) return Outcome.InsufficientLiquidity;
  const amountIn = amountInUp(amountOut, reserveIn, reserveOut, poolFee(state, pool));
  if (amountIn > amountOf(x, op, 1)) return Outcome.LimitNotMet;
  return trade(x, pool, sideIn, amountIn, amountOut);
}
