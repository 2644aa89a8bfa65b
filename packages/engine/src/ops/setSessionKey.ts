import { AccountLayout, Outcome, SESSION_VERBS, SessionLayout } from "@lakh/protocol";

import { type Execution, amountOf, isParty, partyAt, sameAddress } from "../execution.ts";
import { sessionAt, sessionSize } from "../sessions.ts";

const SESSION_MASK = BigInt(SESSION_VERBS);

/**
 * Lets session key `party` sign until time `amount`, verbs `amount2` (bit mask), fees up to `amount3`; no objects yet.
 * Cost: one record changed.
 */
export function setSessionKey(x: Execution, op: number): Outcome {
  const { state, account, item } = x;
  const key = partyAt(op);
  const expiry = amountOf(x, op, 0);
  const mask = amountOf(x, op, 1);
  if (!isParty(x, op)) return Outcome.ZeroAddress;
  const isOwner = sameAddress(state.arena.bytes, state.at(account) + AccountLayout.owner, item.parties, key);
  if (isOwner || expiry <= state.time || mask === 0n || (mask & ~SESSION_MASK) !== 0n) return Outcome.BadSession;
  const old = sessionAt(state, account);
  const removed = old === 0 ? 0 : sessionSize(state, old);
  const at = state.splice(account, AccountLayout.tail, removed, SessionLayout.objects);
  const session = at + AccountLayout.tail;
  const { bytes, view } = state.arena;
  view.setUint8(at + AccountLayout.hasSession, 1);
  for (let i = 0; i < 20; i++) bytes[session + SessionLayout.key + i] = item.parties[key + i] as number;
  view.setBigUint64(session + SessionLayout.expiry, expiry);
  view.setUint32(session + SessionLayout.mask, Number(mask));
  view.setBigUint64(session + SessionLayout.budget, amountOf(x, op, 2));
  view.setUint8(session + SessionLayout.objectCount, 0);
  return Outcome.Ok;
}
