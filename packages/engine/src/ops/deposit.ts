import { AccountLayout, AssetLayout, EXIT_LIMIT, Outcome, RecordKind } from "@lakh/protocol";

import { sameAddress } from "../execution.ts";
import { balanceKey, raise } from "../holdings.ts";
import type { State } from "../state.ts";

/** Offsets in a deposit item (docs/spec/encoding.md, "Queue items"). */
const AT = { token: 1, asset: 22, account: 26, owner: 30, depositor: 50, amount: 70, size: 78 } as const;

/**
 * Credits a deposit: to the account named, else to a new one, else back by an exit. It never fails.
 * Cost: at most one record changed or made.
 */
export function deposit(state: State, item: Uint8Array): Outcome {
  if (item.length !== AT.size) return Outcome.Malformed;
  const view = new DataView(item.buffer, item.byteOffset, item.length);
  const asset = view.getUint32(AT.asset);
  const account = view.getUint32(AT.account);
  const amount = view.getBigUint64(AT.amount);
  if (asset !== 0 && asset < state.nextObject) state.accessed?.add(asset);
  if (account !== 0 && account < state.nextObject) state.accessed?.add(account);

  if (!isAsset(state, asset, item)) return giveBack(state, item, amount);
  const key = balanceKey(asset);
  if (account !== 0 && isAccountOf(state, account, item))
    if (raise(state, account, key, amount, false) === Outcome.Ok) return Outcome.Ok;
  const created = state.createAccount(item, AT.owner, key, amount);
  if (created === 0) return giveBack(state, item, amount);
  return account === 0 ? Outcome.Ok : Outcome.DepositRerouted;
}

/** Whether `asset` is the asset of the item's token and shift. */
function isAsset(state: State, asset: number, item: Uint8Array): boolean {
  if (state.kindOf(asset) !== RecordKind.Asset) return false;
  const at = state.at(asset) + AssetLayout.token;
  for (let i = 0; i < 21; i++) if (state.arena.bytes[at + i] !== item[AT.token + i]) return false;
  return true;
}

function isAccountOf(state: State, account: number, item: Uint8Array): boolean {
  if (state.kindOf(account) !== RecordKind.Account) return false;
  return sameAddress(state.arena.bytes, state.at(account) + AccountLayout.owner, item, AT.owner);
}

function giveBack(state: State, item: Uint8Array, amount: bigint): Outcome {
  if (state.exits.count >= EXIT_LIMIT) return Outcome.ExitsFull;
  state.createExit(item, AT.token, amount, item, AT.depositor);
  return Outcome.DepositReturned;
}
