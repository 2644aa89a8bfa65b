import type { Core } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";
import { swapSide } from "./swap-side.ts";

export interface SwapExactInParameters extends EnvelopeOptions {
  readonly pool: number;
  /** Asset paid: one of the pool's two. */
  readonly assetIn: number;
  readonly amountIn: bigint;
  readonly minOut: bigint;
}

/** Pays exactly `amountIn`, gets at least `minOut`. @throws BadArgumentError, and as {@link sendEnvelope} */
export async function swapExactIn(core: Core, parameters: SwapExactInParameters): Promise<Receipt> {
  const { pool, assetIn, amountIn, minOut, ...options } = parameters;
  const verb = (await swapSide(core, pool, assetIn)) === 0 ? "swapExactIn0" : "swapExactIn1";
  return sendEnvelope(core, { ...options, ops: [{ verb, object: pool, amount: amountIn, amount2: minOut }] });
}
