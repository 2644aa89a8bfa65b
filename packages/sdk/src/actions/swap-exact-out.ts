import type { Core } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";
import { swapSide } from "./swap-side.ts";

export interface SwapExactOutParameters extends EnvelopeOptions {
  readonly pool: number;
  /** Asset paid: one of the pool's two. */
  readonly assetIn: number;
  readonly amountOut: bigint;
  readonly maxIn: bigint;
}

/** Gets exactly `amountOut`, pays at most `maxIn`. @throws BadArgumentError, and as {@link sendEnvelope} */
export async function swapExactOut(core: Core, parameters: SwapExactOutParameters): Promise<Receipt> {
  const { pool, assetIn, amountOut, maxIn, ...options } = parameters;
  const verb = (await swapSide(core, pool, assetIn)) === 0 ? "swapExactOut0" : "swapExactOut1";
  return sendEnvelope(core, { ...options, ops: [{ verb, object: pool, amount: amountOut, amount2: maxIn }] });
}
