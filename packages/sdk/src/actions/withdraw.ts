import type { Address } from "@lakh/protocol";

import { type Core, needSigner } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";

export interface WithdrawParameters extends EnvelopeOptions {
  readonly asset: number;
  readonly amount: bigint;
  /** Who is paid on L1; without it the signer. */
  readonly to?: Address;
}

/** Burns an amount and makes an exit of it; {@link exitStatus} says when the Bridge pays. @throws as {@link sendEnvelope} */
export function withdraw(core: Core, parameters: WithdrawParameters): Promise<Receipt> {
  const { asset, amount, to = needSigner(core).address, ...options } = parameters;
  return sendEnvelope(core, { ...options, ops: [{ verb: "withdraw", object: asset, party: to, amount }] });
}
