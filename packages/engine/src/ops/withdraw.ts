import { AssetLayout, EXIT_LIMIT, Outcome, RecordKind } from "@lakh/protocol";

import { type Execution, amountOf, isKind, isParty, objectOf, partyAt } from "../execution.ts";
import { balanceKey, lower } from "../holdings.ts";

/** Burns `amount` of asset `object` and makes an exit to `party`. Cost: one record changed, one made. */
export function withdraw(x: Execution, op: number): Outcome {
  const { state } = x;
  const asset = objectOf(x, op);
  const amount = amountOf(x, op, 0);
  if (!isParty(x, op)) return Outcome.ZeroAddress;
  if (amount === 0n) return Outcome.ZeroAmount;
  if (!isKind(x, asset, RecordKind.Asset)) return Outcome.WrongKind;
  const lowered = lower(state, x.account, balanceKey(asset), amount);
  if (lowered !== Outcome.Ok) return lowered;
  if (state.exits.count >= EXIT_LIMIT) return Outcome.ExitsFull;
  state.createExit(state.arena.bytes, state.at(asset) + AssetLayout.token, amount, x.item.parties, partyAt(op));
  return Outcome.Ok;
}
