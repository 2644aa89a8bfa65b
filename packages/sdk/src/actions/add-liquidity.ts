import type { Core } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";

export interface AddLiquidityParameters extends EnvelopeOptions {
  readonly pool: number;
  readonly max0: bigint;
  readonly max1: bigint;
  readonly minShares: bigint;
}

/** Adds to a pool at its ratio, up to `max0` and `max1`. @throws as {@link sendEnvelope} */
export function addLiquidity(core: Core, parameters: AddLiquidityParameters): Promise<Receipt> {
  const { pool, max0, max1, minShares, ...options } = parameters;
  const amounts = { amount: max0, amount2: max1, amount3: minShares };
  return sendEnvelope(core, { ...options, ops: [{ verb: "addLiquidity", object: pool, ...amounts }] });
}
