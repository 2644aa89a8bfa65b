import { AccountLayout, MAX_SESSION_OBJECTS, Outcome, SessionLayout } from "@lakh/protocol";

import { type Execution, object2Of, objectOf } from "../execution.ts";
import { inScope, sessionAt } from "../sessions.ts";

/** Lets the session key use `object` and `object2`. Cost: one record changed. */
export function scopeSessionKey(x: Execution, op: number): Outcome {
  if (sessionAt(x.state, x.account) === 0) return Outcome.NoSession;
  const outcome = addToScope(x, objectOf(x, op));
  if (outcome !== Outcome.Ok) return outcome;
  return addToScope(x, object2Of(x, op));
}

function addToScope({ state, account }: Execution, object: number): Outcome {
  const session = sessionAt(state, account);
  if (object === 0 || inScope(state, session, object)) return Outcome.Ok;
  const count = state.arena.view.getUint8(session + SessionLayout.objectCount);
  if (count >= MAX_SESSION_OBJECTS) return Outcome.SessionFull;
  const end = AccountLayout.tail + SessionLayout.objects + 4 * count;
  const at = state.splice(account, end, 0, 4);
  state.arena.view.setUint32(at + end, object);
  state.arena.view.setUint8(at + AccountLayout.tail + SessionLayout.objectCount, count + 1);
  return Outcome.Ok;
}
