import { AccountLayout, NONCE_WINDOW, Outcome } from "@lakh/protocol";

import { type Execution, amountOf } from "../execution.ts";
import { moveBase } from "../nonces.ts";

/** Cancels all nonces below `amount`. Cost: one record changed. */
export function cancelNonces(x: Execution, op: number): Outcome {
  const { state, account } = x;
  const base = amountOf(x, op, 0);
  const old = state.arena.view.getBigUint64(state.at(account) + AccountLayout.nonceBase);
  if (base <= old || base > old + BigInt(NONCE_WINDOW)) return Outcome.BadNonceBase;
  moveBase(state, account, base);
  return Outcome.Ok;
}
