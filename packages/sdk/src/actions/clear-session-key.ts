import type { Core } from "../core.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";

/** Takes the session key's rights. @throws as {@link sendEnvelope} */
export function clearSessionKey(core: Core, options: EnvelopeOptions = {}): Promise<Receipt> {
  return sendEnvelope(core, { ...options, ops: [{ verb: "clearSessionKey" }] });
}
