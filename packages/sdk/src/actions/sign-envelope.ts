import {
  type Address,
  type Hex,
  compactSignature,
  domainSeparator,
  encodeEnvelope,
  envelopeDigest,
  fromHex,
  keccak256,
  toHex,
  typedData,
} from "@lakh/protocol";

import { type Core, needSigner } from "../core.ts";
import type { EnvelopeRequest, SignedItem } from "../types.ts";

/** How long an envelope stays valid unless told otherwise, seconds. */
export const DEFAULT_VALIDITY_SECONDS = 600;

/**
 * Completes an envelope (account, nonce, fee, end), reads the tags of all it names and signs it. Envelopes signed so are to
 * be sent in the order of their nonces.
 * @throws NoSignerError, NoAccountError, NoObjectError, EncodingError
 */
export async function signEnvelope(core: Core, request: EnvelopeRequest): Promise<SignedItem> {
  const signer = needSigner(core);
  const { ops } = request;
  const account = request.account ?? (await core.actor());
  const fee = request.fee ?? (await core.info()).minFee;
  const validUntil = request.validUntil ?? BigInt(core.now() + DEFAULT_VALIDITY_SECONDS);
  const tags = await readTags(core, [account, ...ops.flatMap((op) => [op.object ?? 0, op.object2 ?? 0])]);
  const tagOf = (index: number): Hex => tags.get(index) as Hex;
  const domain = await core.domain();
  const nonce = request.nonce ?? (await core.nonces(account).next());
  const envelope = { account, nonce, validUntil, fee, ops };
  const owner = toHex(fromHex(tagOf(account)).subarray(12)) as Address;
  const signature = await signer.sign({
    digest: envelopeDigest(domainSeparator(domain), envelope, owner, tagOf),
    typedData: () => typedData(domain, envelope, owner, tagOf),
  });
  const bytes = encodeEnvelope({ ...envelope, signature: compactSignature(signature) });
  return { envelope, bytes: toHex(bytes), itemHash: toHex(keccak256(bytes)) };
}

async function readTags(core: Core, indices: readonly number[]): Promise<Map<number, Hex>> {
  const unique = [...new Set(indices)].filter((index) => index !== 0);
  return new Map(await Promise.all(unique.map(async (index) => [index, await core.tag(index)] as const)));
}
