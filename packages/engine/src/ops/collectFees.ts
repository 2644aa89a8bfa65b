import { AccountLayout, ETH_ASSET, Outcome } from "@lakh/protocol";

import { type Execution, amountOf, sameAddress } from "../execution.ts";
import { balanceKey, raise } from "../holdings.ts";

/** Collects `amount` of the sequencer fees. Cost: one record changed. */
export function collectFees(x: Execution, op: number): Outcome {
  const { state, account } = x;
  const amount = amountOf(x, op, 0);
  const owner = state.at(account) + AccountLayout.owner;
  if (!sameAddress(state.arena.bytes, owner, x.feeRecipient, 0)) return Outcome.NotFeeRecipient;
  if (amount === 0n) return Outcome.ZeroAmount;
  if (amount > state.fees) return Outcome.InsufficientBalance;
  state.fees -= amount;
  return raise(state, account, balanceKey(ETH_ASSET), amount, x.ownerSigned);
}
