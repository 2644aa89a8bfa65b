import type { Address } from "@lakh/protocol";

import type { Core } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";

export interface OpenAccountParameters extends EnvelopeOptions {
  readonly owner: Address;
  readonly asset: number;
  /** What the new account starts with. */
  readonly amount: bigint;
}

/** Opens an account for `owner`; {@link waitForAccount} finds its index. @throws as {@link sendEnvelope} */
export function openAccount(core: Core, parameters: OpenAccountParameters): Promise<Receipt> {
  const { owner, asset, amount, ...options } = parameters;
  return sendEnvelope(core, { ...options, ops: [{ verb: "openAccount", object: asset, party: owner, amount }] });
}
