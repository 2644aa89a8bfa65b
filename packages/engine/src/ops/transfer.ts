import { Outcome, RecordKind } from "@lakh/protocol";

import { type Execution, amountOf, isKind, object2Of, objectOf } from "../execution.ts";
import { balanceKey, lower, raise } from "../holdings.ts";

/** Moves `amount` of asset `object` to account `object2`. Cost: two records changed. */
export function transfer(x: Execution, op: number): Outcome {
  const asset = objectOf(x, op);
  const recipient = object2Of(x, op);
  const amount = amountOf(x, op, 0);
  if (amount === 0n) return Outcome.ZeroAmount;
  if (!isKind(x, asset, RecordKind.Asset)) return Outcome.WrongKind;
  if (!isKind(x, recipient, RecordKind.Account)) return Outcome.WrongKind;
  if (recipient === x.account) return Outcome.SelfTransfer;
  const lowered = lower(x.state, x.account, balanceKey(asset), amount);
  if (lowered !== Outcome.Ok) return lowered;
  return raise(x.state, recipient, balanceKey(asset), amount, false);
}
