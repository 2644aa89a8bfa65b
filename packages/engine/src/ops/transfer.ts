import { Outcome, RecordKind } from "@lakh/protocol";

import { type Execution, amountHigh, amountLow, isKind, object2Of, objectOf } from "../execution.ts";
import { balanceKey, lowerBy, raiseBy } from "../holdings.ts";

/** Moves `amount` of asset `object` to account `object2`. Cost: two records changed. */
export function transfer(x: Execution, op: number): Outcome {
  const asset = objectOf(x, op);
  const recipient = object2Of(x, op);
  const high = amountHigh(x, op);
  const low = amountLow(x, op);
  if ((high | low) === 0) return Outcome.ZeroAmount;
  if (!isKind(x, asset, RecordKind.Asset)) return Outcome.WrongKind;
  if (!isKind(x, recipient, RecordKind.Account)) return Outcome.WrongKind;
  if (recipient === x.account) return Outcome.SelfTransfer;
  const lowered = lowerBy(x.state, x.account, balanceKey(asset), high, low);
  if (lowered !== Outcome.Ok) return lowered;
  return raiseBy(x.state, recipient, balanceKey(asset), high, low, false);
}
