import { Outcome } from "@lakh/protocol";

import type { Execution } from "../execution.ts";
import { balanceKey, lower, raise } from "../holdings.ts";
import { otherSide, poolAsset, poolField, reserveOf, setPoolField } from "../pools.ts";

/** Moves the two amounts of a swap, whose limits have been checked, between account and pool. */
export function settleSwap(x: Execution, pool: number, sideIn: 0 | 1, amountIn: bigint, amountOut: bigint): Outcome {
  const { state, account } = x;
  const sideOut = otherSide(sideIn);
  const lowered = lower(state, account, balanceKey(poolAsset(state, pool, sideIn)), amountIn);
  if (lowered !== Outcome.Ok) return lowered;
  const raised = raise(state, account, balanceKey(poolAsset(state, pool, sideOut)), amountOut, x.ownerSigned);
  if (raised !== Outcome.Ok) return raised;
  const fieldIn = reserveOf(sideIn);
  const fieldOut = reserveOf(sideOut);
  state.touch(pool);
  setPoolField(state, pool, fieldIn, poolField(state, pool, fieldIn) + amountIn);
  setPoolField(state, pool, fieldOut, poolField(state, pool, fieldOut) - amountOut);
  return Outcome.Ok;
}
