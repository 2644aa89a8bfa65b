import type { VerbName } from "@lakh/protocol";

import type { Core } from "../core.ts";
import * as wire from "../wire.ts";

export type SwapVerb = Extract<VerbName, `swap${string}`>;

export interface QuoteParameters {
  readonly pool: number;
  readonly verb: SwapVerb;
  /** What goes in (exact in) or comes out (exact out). */
  readonly amount: bigint;
}

/** What a swap would give (exact in) or cost (exact out) now. @throws RefusedError with the outcome */
export async function quote(core: Core, { pool, verb, amount }: QuoteParameters): Promise<bigint> {
  return wire.amount(await core.transport.request("lakh_quote", [pool, verb, amount.toString()]));
}
