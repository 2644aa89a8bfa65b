import { buildTrace, elementAt, lastPick, parentOf, ROOT, type Hex, type Path, type Trace } from "@lakh/protocol";

import { spanOf, type Truth } from "./truth.ts";
import type { ClaimView, GameView } from "./view.ts";

/** The trace that stands at `path` of a claim when nobody lies. Its parent holds. Cost: its steps, once a claim. */
export async function ownTrace(view: GameView, truth: Truth, claim: ClaimView, path: Path): Promise<Trace> {
  const span = spanOf(view, claim);
  if (span === undefined) throw new Error("the genesis claim has no trace");
  return buildTrace(await startOf(view, truth, claim, path), await truth.trace(span, path), span.fanout);
}

/** The own machine at the start of the stretch that the trace cuts. */
async function startOf(view: GameView, truth: Truth, claim: ClaimView, path: Path): Promise<Hex> {
  if (path === ROOT) return claim.head.start;
  return elementAt(await ownTrace(view, truth, claim, parentOf(path)), lastPick(path) - 1);
}
