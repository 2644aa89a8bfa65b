import type { Core } from "../core.ts";
import { type LakhError, rpcError } from "../errors.ts";
import type { EnvelopeRequest, Receipt, SignedItem } from "../types.ts";
import * as wire from "../wire.ts";
import { noteRefusal } from "./send-envelope.ts";
import { signEnvelope } from "./sign-envelope.ts";

/** Most envelopes in one request to the node. */
export const MAX_ENVELOPES = 1_000;

export type SendResult =
  { readonly item: SignedItem; readonly receipt: Receipt } | { readonly item: SignedItem; readonly error: LakhError };

/**
 * Sends many envelopes in order, a thousand a request; each stands or falls on its own.
 * @param requests to sign, or already signed
 * @throws what keeps a whole request from the sequencer: UnreachableError, BusyError, …
 */
export async function sendEnvelopes(
  core: Core,
  requests: readonly (EnvelopeRequest | SignedItem)[],
): Promise<SendResult[]> {
  const results: SendResult[] = [];
  for (let at = 0; at < requests.length; at += MAX_ENVELOPES) {
    const part = requests.slice(at, at + MAX_ENVELOPES);
    results.push(...(await sendPart(core, await signAll(core, part))));
  }
  return results;
}

/** One request executes in order, so its nonces need not wait for each other. */
async function signAll(core: Core, requests: readonly (EnvelopeRequest | SignedItem)[]): Promise<SignedItem[]> {
  const signed: SignedItem[] = [];
  for (const request of requests) signed.push("bytes" in request ? request : await signEnvelope(core, request));
  return signed;
}

async function sendPart(core: Core, items: readonly SignedItem[]): Promise<SendResult[]> {
  const bytes = items.map((item) => item.bytes);
  const answers = wire.list(await core.transport.request("lakh_sendEnvelopes", [bytes]));
  return items.map((item, i) => {
    const { receipt, error: refusal } = wire.sent(answers[i]);
    if (refusal === undefined) return { item, receipt: wire.receipt(receipt) };
    const error = rpcError(refusal);
    noteRefusal(core, item, error);
    return { item, error };
  });
}
