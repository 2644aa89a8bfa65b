import { buildTrace, machineHash, traceRange, type Path, type Trace } from "@lakh/protocol";

import { spanOf, type Truth } from "./truth.ts";
import type { ClaimView, GameView } from "./view.ts";

/** The trace that stands at `path` of a claim when nobody lies. Its parent holds. Cost: its steps, once a claim. */
export async function ownTrace(view: GameView, truth: Truth, claim: ClaimView, path: Path): Promise<Trace> {
  const span = spanOf(view, claim);
  if (span === undefined) throw new Error("the genesis claim has no trace");
  const { from } = traceRange(span.fanout, span.levels, path);
  const start = machineHash(await truth.machineIn(span, from));
  return buildTrace(start, await truth.trace(span, path), span.fanout);
}
