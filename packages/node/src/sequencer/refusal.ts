/** Why an envelope would not be `Ok`, in terms its sender can act on: what was signed, by whom, and what was expected. */
import type { Engine } from "@lakh/engine";
import {
  type AccountRecord,
  ETH_ASSET,
  type EnvelopeTypedData,
  NONCE_WINDOW,
  OBJECT_FEE,
  OUTCOMES,
  Outcome,
  type SignedEnvelope,
  type SigningDomain,
  ZERO_HASH,
  decodeEnvelope,
  recoverSigner,
  typedData,
} from "@lakh/protocol";

import { bytesOf } from "../bytes.ts";
import { Fault, type FaultData } from "../faults.ts";
import { lowestFreeNonce } from "../views/accounts.ts";

/** The fault for an envelope whose outcome is not `Ok`. */
export function refusal(
  engine: Engine,
  domain: SigningDomain,
  bytes: Uint8Array,
  outcome: Outcome,
  time: bigint,
): Fault {
  const { name, text } = OUTCOMES[outcome] ?? { name: String(outcome), text: "" };
  return new Fault("Refused", `${name}: ${text}`, {
    outcome,
    name,
    text,
    ...detail(engine, domain, bytes, outcome, time),
  });
}

function detail(engine: Engine, domain: SigningDomain, bytes: Uint8Array, outcome: Outcome, time: bigint): FaultData {
  const envelope = decodeEnvelope(bytes);
  if (envelope === undefined) return { bytes: bytes.length };
  const account = engine.account(envelope.account);
  if (account === undefined) return { account: envelope.account };
  switch (outcome) {
    case Outcome.Expired:
      return { validUntil: envelope.validUntil, time };
    case Outcome.NonceUsed:
    case Outcome.NonceTooHigh:
      return nonceDetail(envelope, account);
    case Outcome.BadSignature:
      return { ...signatureDetail(engine, domain, bytes, envelope, account) };
    case Outcome.SessionExpired:
    case Outcome.SessionScope:
    case Outcome.SessionBudget:
    case Outcome.NoSession:
    case Outcome.SessionFull:
      return { account: envelope.account, session: account.session, fee: envelope.fee, time };
    case Outcome.InsufficientBalance:
    case Outcome.InsufficientFee:
    case Outcome.HoldingsFull:
      return { account: envelope.account, fee: envelope.fee, ...balanceDetail(envelope, account) };
    case Outcome.NoObject:
      return { nextObject: engine.machine().nextObject, objects: objectsOf(envelope) };
    default:
      return { account: envelope.account };
  }
}

function nonceDetail(envelope: SignedEnvelope, account: AccountRecord): FaultData {
  return {
    account: envelope.account,
    nonce: envelope.nonce,
    lowest: account.nonceBase,
    highest: account.nonceBase + BigInt(NONCE_WINDOW) - 1n,
    nextNonce: lowestFreeNonce(account),
  };
}

interface SignatureDetail {
  readonly account: number;
  /** Who signed, if the signature is any. */
  readonly recoveredSigner: string | null;
  readonly owner: string;
  readonly sessionKey: string | null;
  readonly digest: Uint8Array | null;
  /** What the node understands the envelope to say. */
  readonly signed: EnvelopeTypedData;
}

function signatureDetail(
  engine: Engine,
  domain: SigningDomain,
  bytes: Uint8Array,
  envelope: SignedEnvelope,
  { owner, session }: AccountRecord,
): SignatureDetail {
  const digest = engine.digestOf(bytes) ?? null;
  const signer = digest === null ? undefined : recoverSigner(digest, bytesOf(envelope.signature));
  const tagOf = (index: number) => engine.tag(index) ?? ZERO_HASH;
  return {
    account: envelope.account,
    recoveredSigner: signer ?? null,
    owner,
    sessionKey: session?.key ?? null,
    digest,
    signed: typedData(domain, envelope, owner, tagOf),
  };
}

/** What the account holds of every object that the envelope names, and of ETH, which pays fees. */
function balanceDetail(envelope: SignedEnvelope, account: AccountRecord): FaultData {
  const objects = new Set([ETH_ASSET, ...objectsOf(envelope)]);
  const creates = envelope.ops.filter(({ verb }) => verb === "openAccount" || verb === "createPool").length;
  return {
    neededFee: envelope.fee + BigInt(OBJECT_FEE * creates),
    available: account.holdings.filter(({ key }) => objects.has(key % 2 ** 28)),
    ops: envelope.ops,
  };
}

function objectsOf(envelope: SignedEnvelope): number[] {
  return envelope.ops.flatMap(({ object, object2 }) => [object, object2]).filter((index) => index !== undefined);
}
