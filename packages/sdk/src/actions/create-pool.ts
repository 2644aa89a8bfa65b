import type { Core } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";

export interface CreatePoolParameters extends EnvelopeOptions {
  /** The two assets; asset0 < asset1. */
  readonly asset0: number;
  readonly asset1: number;
  readonly amount0: bigint;
  readonly amount1: bigint;
  /** Pool fee, millionths. */
  readonly poolFee: number;
  /** Tells pools of one creator apart. */
  readonly salt?: bigint;
}

/** Creates a pool with its first liquidity. @throws as {@link sendEnvelope} */
export function createPool(core: Core, parameters: CreatePoolParameters): Promise<Receipt> {
  const { asset0, asset1, amount0, amount1, poolFee, salt = 0n, ...options } = parameters;
  const amounts = { amount: amount0, amount2: amount1, amount3: BigInt(poolFee), amount4: salt };
  return sendEnvelope(core, { ...options, ops: [{ verb: "createPool", object: asset0, object2: asset1, ...amounts }] });
}
