import type { Hex } from "@lakh/protocol";

import type { Move } from "./moves.ts";
import type { Truth, Verdict } from "./truth.ts";
import { ancestry, type ClaimView, type GameView } from "./view.ts";

/** All that a rule may look at when it decides about one claim. */
export interface Position {
  readonly view: GameView;
  readonly claim: ClaimView;
  readonly verdict: Verdict;
  readonly truth: Truth;
  /** The player's address. */
  readonly me: string;
}

/** One reason to move: looks at a position, has no effect, remembers nothing. Works out traces only for moves that are due. */
export type Rule = (position: Position) => Promise<readonly Move[]> | readonly Move[];

/** Claims that the player's money hangs on: those he proposed, sits on, has a line on or killed a line of, and their ancestors. */
export function concerns(view: GameView, me: string): ReadonlySet<Hex> {
  const found = new Set<Hex>();
  for (const claim of view.claims.values()) {
    if (!isPlayer(claim, me)) continue;
    for (const { id } of ancestry(view, claim)) {
      if (found.has(id)) break;
      found.add(id);
    }
  }
  return found;
}

/** Whether the player has, or had, money in the claim. */
function isPlayer({ head, seats, lines }: ClaimView, me: string): boolean {
  return (
    head.proposer === me || seats.has(me) || [...lines.values()].some((line) => line.owner === me || line.killer === me)
  );
}
