import type { Core } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";

export interface CancelNoncesParameters extends EnvelopeOptions {
  /** All nonces below it are dead. */
  readonly below: bigint;
}

/** Makes every envelope with a nonce below `below` worthless. @throws as {@link sendEnvelope} */
export async function cancelNonces(core: Core, { below, ...options }: CancelNoncesParameters): Promise<Receipt> {
  const receipt = await sendEnvelope(core, { ...options, ops: [{ verb: "cancelNonces", amount: below }] });
  core.nonces(options.account ?? (await core.actor())).reset();
  return receipt;
}
