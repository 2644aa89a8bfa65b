import { Outcome, RecordKind } from "@lakh/protocol";

import { type Execution, amountOf, isKind, isParty, objectOf, partyAt } from "../execution.ts";
import { balanceKey, lower } from "../holdings.ts";

/** Opens an account for `party`, with `amount` of asset `object`. Cost: one record changed, one made. */
export function openAccount(x: Execution, op: number): Outcome {
  const asset = objectOf(x, op);
  const amount = amountOf(x, op, 0);
  if (!isParty(x, op)) return Outcome.ZeroAddress;
  if (amount === 0n) return Outcome.ZeroAmount;
  if (!isKind(x, asset, RecordKind.Asset)) return Outcome.WrongKind;
  const lowered = lower(x.state, x.account, balanceKey(asset), amount);
  if (lowered !== Outcome.Ok) return lowered;
  const created = x.state.createAccount(x.item.parties, partyAt(op), balanceKey(asset), amount);
  return created === 0 ? Outcome.ObjectsFull : Outcome.Ok;
}
