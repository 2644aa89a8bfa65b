import type { Move } from "./moves.ts";
import type { Rule } from "./position.ts";
import { createJudge, type Truth } from "./truth.ts";
import type { ClaimView, GameView } from "./view.ts";

/**
 * All moves that the rules find due, claim by claim. Depends on its arguments alone.
 * @param rulesFor the rules that the player follows on a claim
 */
export async function decide(
  view: GameView,
  truth: Truth,
  me: string,
  rulesFor: (claim: ClaimView) => readonly Rule[],
): Promise<Move[]> {
  const judge = createJudge(view, truth);
  const moves: Move[] = [];
  for (const claim of view.claims.values()) {
    const rules = rulesFor(claim);
    if (rules.length === 0) continue;
    // What is decided is decided: only open claims are worth deriving.
    const isOpen = claim.status === "Pending" || claim.status === "Upheld";
    const verdict = isOpen ? await judge(claim) : "unknown";
    for (const rule of rules) moves.push(...(await rule({ view, claim, verdict, truth, me })));
  }
  return moves;
}
