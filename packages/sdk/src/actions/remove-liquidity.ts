import type { Core } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";

export interface RemoveLiquidityParameters extends EnvelopeOptions {
  readonly pool: number;
  readonly shares: bigint;
  readonly min0: bigint;
  readonly min1: bigint;
}

/** Takes the part of a pool that the shares stand for. @throws as {@link sendEnvelope} */
export function removeLiquidity(core: Core, parameters: RemoveLiquidityParameters): Promise<Receipt> {
  const { pool, shares, min0, min1, ...options } = parameters;
  const amounts = { amount: shares, amount2: min0, amount3: min1 };
  return sendEnvelope(core, { ...options, ops: [{ verb: "removeLiquidity", object: pool, ...amounts }] });
}
