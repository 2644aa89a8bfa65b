import type { Core } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";

export interface TransferParameters extends EnvelopeOptions {
  readonly asset: number;
  /** Index of the account that gets it. */
  readonly to: number;
  readonly amount: bigint;
}

/** Sends an amount of an asset to another account. @throws as {@link sendEnvelope} */
export function transfer(core: Core, parameters: TransferParameters): Promise<Receipt> {
  const { asset, to, amount, ...options } = parameters;
  return sendEnvelope(core, { ...options, ops: [{ verb: "transfer", object: asset, object2: to, amount }] });
}
