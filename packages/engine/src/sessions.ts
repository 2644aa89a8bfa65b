/** The session key of an account, edited in the packed record (docs/spec/machine.md, step 6). */
import { AccountLayout, type ItemView, Outcome, SessionLayout, VERBS } from "@lakh/protocol";

import type { State } from "./state.ts";

const { tail: TAIL, hasSession: HAS_SESSION } = AccountLayout;

/** Offset of the session of an account in the arena, or 0 when it has none. */
export function sessionAt(state: State, account: number): number {
  const at = state.at(account);
  return state.arena.bytes[at + HAS_SESSION] === 0 ? 0 : at + TAIL;
}

/** Bytes of the session at `at`. */
export function sessionSize(state: State, at: number): number {
  return SessionLayout.objects + 4 * (state.arena.bytes[at + SessionLayout.objectCount] as number);
}

/** Whether the object is in the scope of the session at `at`. */
export function inScope(state: State, at: number, object: number): boolean {
  const { view } = state.arena;
  const count = view.getUint8(at + SessionLayout.objectCount);
  for (let i = 0; i < count; i++) if (view.getUint32(at + SessionLayout.objects + 4 * i) === object) return true;
  return false;
}

/** Lets the session key of `account` sign the item, and lowers its budget: what step 6 asks of a session key. */
export function spendSession(state: State, account: number, item: ItemView): Outcome {
  const at = sessionAt(state, account);
  const { view } = state.arena;
  if (state.time >= view.getBigUint64(at + SessionLayout.expiry)) return Outcome.SessionExpired;
  const mask = view.getUint32(at + SessionLayout.mask);
  for (let i = 0; i < item.opCount; i++) {
    const verb = item.verbs[i] as number;
    if (VERBS[verb]?.session !== true || ((mask >>> verb) & 1) === 0) return Outcome.SessionScope;
    for (let k = 2 * i; k < 2 * i + 2; k++) {
      const object = item.objects[k] as number;
      if (object !== 0 && !inScope(state, at, object)) return Outcome.SessionScope;
    }
  }
  const budget = view.getBigUint64(at + SessionLayout.budget);
  if (item.fee > budget) return Outcome.SessionBudget;
  state.touch(account);
  view.setBigUint64(at + SessionLayout.budget, budget - item.fee);
  return Outcome.Ok;
}
