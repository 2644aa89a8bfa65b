import { Outcome } from "@lakh/protocol";

import type { Execution } from "../execution.ts";
import { balanceKey, lower, raise } from "../holdings.ts";
import { poolAsset, poolField, setPoolField } from "../pools.ts";

/** Moves the two amounts of a swap, whose limits have been checked, between account and pool. */
export function settleSwap(x: Execution, pool: number, sideIn: 0 | 1, amountIn: bigint, amountOut: bigint): Outcome {
  const { state, account } = x;
  const sideOut = sideIn === 0 ? 1 : 0;
  const lowered = lower(state, account, balanceKey(poolAsset(state, pool, sideIn)), amountIn);
  if (lowered !== Outcome.Ok) return lowered;
  const raised = raise(state, account, balanceKey(poolAsset(state, pool, sideOut)), amountOut, x.ownerSigned);
  if (raised !== Outcome.Ok) return raised;
  const fieldIn = sideIn === 0 ? "reserve0" : "reserve1";
  const fieldOut = sideIn === 0 ? "reserve1" : "reserve0";
  state.touch(pool);
  setPoolField(state, pool, fieldIn, poolField(state, pool, fieldIn) + amountIn);
  setPoolField(state, pool, fieldOut, poolField(state, pool, fieldOut) - amountOut);
  return Outcome.Ok;
}
