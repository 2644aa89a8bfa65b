import type { Hex } from "@lakh/protocol";

import type { Core } from "../core.ts";
import { RefusedError } from "../errors.ts";
import type { EnvelopeRequest, Receipt, SignedItem } from "../types.ts";
import * as wire from "../wire.ts";
import { signEnvelope } from "./sign-envelope.ts";

/**
 * Signs an envelope and sends it to the sequencer; several may be in flight at once.
 * @throws RefusedError with the outcome (nothing happened, nothing was paid), FeeTooLowError, BusyError, UnreachableError
 */
export async function sendEnvelope(core: Core, request: EnvelopeRequest): Promise<Receipt> {
  if (request.nonce !== undefined) return signAndSend(core, request);
  const account = request.account ?? (await core.actor());
  const nonces = core.nonces(account);
  const nonce = await nonces.take();
  try {
    return await signAndSend(core, { ...request, account, nonce });
  } finally {
    nonces.release(nonce);
  }
}

async function signAndSend(core: Core, request: EnvelopeRequest): Promise<Receipt> {
  const signed = await signEnvelope(core, request);
  try {
    return await sendSigned(core, signed.bytes);
  } catch (error) {
    noteRefusal(core, signed, error);
    throw error;
  }
}

/** Sends the bytes of a signed envelope; sending them again gives the same receipt. @throws as {@link sendEnvelope} */
export async function sendSigned(core: Core, bytes: Hex): Promise<Receipt> {
  return wire.receipt(await core.transport.request("lakh_sendEnvelope", [bytes]));
}

/** What a refusal says about nonces and tags that the client remembers. */
export function noteRefusal(core: Core, { envelope }: SignedItem, error: unknown): void {
  const name = error instanceof RefusedError ? error.outcomeName : undefined;
  if (name === "NonceUsed" || name === "NonceTooHigh") core.nonces(envelope.account).reset();
  if (name === "BadSignature") core.forgetTags();
}
