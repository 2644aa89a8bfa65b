import { Outcome, RecordKind } from "@lakh/protocol";

import { type Execution, amountOf, isKind, objectOf } from "../execution.ts";
import { accrue, amountOutDown, otherSide, poolFee, poolField, reserveOf, trade } from "../pools.ts";

/** Pays `amount` of the pool's first asset, gets at least `amount2` of its second. Cost: two records changed. */
export function swapExactIn0(x: Execution, op: number): Outcome {
  return swapExactIn(x, op, 0);
}

/** Pays `amount` of the pool's second asset, gets at least `amount2` of its first. Cost: two records changed. */
export function swapExactIn1(x: Execution, op: number): Outcome {
  return swapExactIn(x, op, 1);
}

function swapExactIn(x: Execution, op: number, sideIn: 0 | 1): Outcome {
  const { state } = x;
  const pool = objectOf(x, op);
  const amountIn = amountOf(x, op, 0);
  if (!isKind(x, pool, RecordKind.Pool)) return Outcome.WrongKind;
  if (amountIn === 0n) return Outcome.ZeroAmount;
  accrue(state, pool);
  const reserveIn = poolField(state, pool, reserveOf(sideIn));
  const reserveOut = poolField(state, pool, reserveOf(otherSide(sideIn)));
  const amountOut = amountOutDown(amountIn, reserveIn, reserveOut, poolFee(state, pool));
  if (amountOut === 0n) return Outcome.ZeroAmount;
  if (amountOut < amountOf(x, op, 1)) return Outcome.LimitNotMet;
  return trade(x, pool, sideIn, amountIn, amountOut);
}
