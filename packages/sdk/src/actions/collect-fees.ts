import type { Core } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";

export interface CollectFeesParameters extends EnvelopeOptions {
  /** Gwei. */
  readonly amount: bigint;
}

/** Takes gathered fees into an account of the fee recipient. @throws as {@link sendEnvelope} */
export function collectFees(core: Core, { amount, ...options }: CollectFeesParameters): Promise<Receipt> {
  return sendEnvelope(core, { ...options, ops: [{ verb: "collectFees", amount }] });
}
