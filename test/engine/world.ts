/** What the tests of the engine share: a deployment, people with keys, entries made by hand. */
import { type Engine, type EngineConfig, createEngine } from "@lakh/engine";
import { type Kernels, loadKernels, signFull } from "@lakh/kernels";
import type { Outcome } from "@lakh/protocol";
import {
  type Address,
  type Deposit,
  EntryKind,
  type EntryHeader,
  type Hex,
  type Op,
  type OutcomeName,
  OUTCOMES,
  type SignedEnvelope,
  ZERO_ADDRESS,
  ZERO_HASH,
  addressOfKey,
  compactSignature,
  dataHash,
  domainSeparator,
  encodeBatch,
  encodeDeposit,
  encodeEnvelope,
  encodeListing,
  envelopeDigest,
  fromHex,
  toHex,
  uintBytes,
} from "@lakh/protocol";

export const kernels: Kernels = await loadKernels("portable");

interface Person {
  readonly key: Hex;
  readonly address: Address;
}

const people = new Map<number, Person>();

/** A private key by number, and its address. */
export function person(number: number): Person {
  const known = people.get(number);
  if (known !== undefined) return known;
  const key = toHex(uintBytes(1000 + number, 32));
  const made = { key, address: addressOfKey(key) };
  people.set(number, made);
  return made;
}

export const treasurer = person(0);
export const config: EngineConfig = {
  chainId: 31337n,
  inbox: `0x${"1b".repeat(20)}`,
  feeRecipient: treasurer.address,
};

export function newEngine(): Engine {
  return createEngine(config, kernels);
}

export const NO_SIGNATURE: Hex = `0x${"00".repeat(64)}`;

/** The token of asset objects made by `list`, by number. */
export function token(number: number): Address {
  return toHex(uintBytes(0xc0ffee00 + number, 20));
}

/** An envelope with everything but its ops defaulted. */
export function envelope(account: number, nonce: bigint, ops: readonly Op[], more: Partial<SignedEnvelope> = {}) {
  return { account, nonce, validUntil: 0n, fee: 0n, ops, signature: NO_SIGNATURE, ...more };
}

/** Bytes of an envelope signed with `key`: the digest is the protocol's, not the engine's. */
export function signed(engine: Engine, unsigned: SignedEnvelope, key: Hex): Uint8Array {
  const tagOf = (index: number): Hex => engine.tag(index) ?? ZERO_HASH;
  const owner = engine.account(unsigned.account)?.owner ?? ZERO_ADDRESS;
  const digest = envelopeDigest(domainSeparator(config), unsigned, owner, tagOf);
  return encodeEnvelope({ ...unsigned, signature: compactSignature(toHex(signFull(digest, fromHex(key)))) });
}

/** Header and payload of a batch of these items. */
export function batchEntry(time: bigint, items: readonly Uint8Array[]): { header: EntryHeader; payload: Uint8Array } {
  return rawBatch(time, encodeBatch(items));
}

export function rawBatch(time: bigint, payload: Uint8Array): { header: EntryHeader; payload: Uint8Array } {
  const hash = dataHash(payload);
  return { header: { kind: EntryKind.Calldata, time, a: BigInt(payload.length), b: 0n, hash }, payload };
}

/** Header and payload of a slice of these queue items, from index `from`. The hash is the Inbox's business. */
export function sliceEntry(time: bigint, payload: readonly Uint8Array[], from = 0n) {
  const header: EntryHeader = {
    kind: EntryKind.Queue,
    time,
    a: from,
    b: from + BigInt(payload.length),
    hash: ZERO_HASH,
  };
  return { header, payload };
}

export function applySlice(engine: Engine, time: bigint, ...items: Uint8Array[]): OutcomeName[] {
  const { header, payload } = sliceEntry(time, items);
  return names(engine.applyEntry(header, payload));
}

export function names(outcomes: readonly Outcome[]): OutcomeName[] {
  return outcomes.map((outcome) => OUTCOMES[outcome]?.name ?? "Malformed");
}

export function listing(number: number, shift = 0): Uint8Array {
  return encodeListing({ token: token(number), shift });
}

/** A deposit of asset object `asset`, whose token and shift are read from the engine. */
export function deposit(engine: Engine, asset: number, amount: bigint, more: Partial<Deposit>): Uint8Array {
  const { token: address = ZERO_ADDRESS, shift = 0 } = engine.asset(asset) ?? {};
  const owner = more.owner ?? ZERO_ADDRESS;
  return encodeDeposit({ token: address, shift, asset, account: 0, owner, depositor: owner, amount, ...more });
}

/** An envelope of these ops applied with its owner's signature taken for granted: nothing but `Ok` has an effect. */
export function apply(engine: Engine, unsigned: SignedEnvelope, signer?: Address): OutcomeName {
  const owner = signer ?? engine.account(unsigned.account)?.owner ?? ZERO_ADDRESS;
  const outcome = engine.applyEnvelope(encodeEnvelope(unsigned), fromHex(owner));
  return OUTCOMES[outcome]?.name ?? "Malformed";
}
