import { AccountLayout, Outcome } from "@lakh/protocol";

import type { Execution } from "../execution.ts";
import { sessionAt, sessionSize } from "../sessions.ts";

/** Clears the session key. Cost: one record changed. */
export function clearSessionKey({ state, account }: Execution): Outcome {
  const session = sessionAt(state, account);
  if (session === 0) return Outcome.NoSession;
  const at = state.splice(account, AccountLayout.tail, sessionSize(state, session), 0);
  state.arena.bytes[at + AccountLayout.hasSession] = 0;
  return Outcome.Ok;
}
