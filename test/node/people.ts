/** People with keys, and what they sign; apart from the chain, so that a child process can use it. */
import type { LakhNode, SequencerConfig } from "@lakh/node";
import {
  type Address,
  ETH_ASSET,
  type Hex,
  type Op,
  ZERO_ADDRESS,
  ZERO_HASH,
  addressOfKey,
  domainSeparator,
  encodeEnvelope,
  envelopeDigest,
  signDigest,
  toHex,
  uintBytes,
} from "@lakh/protocol";
import { SigningKey } from "ethers";

/** A private key by number, and its address. */
export function person(number: number): { key: Hex; address: Address } {
  const key = toHex(uintBytes(2000 + number, 32));
  return { key, address: addressOfKey(key) };
}

export const SEQUENCER_KEY = new SigningKey(person(0).key);

export const STORE = {
  rangeBlocks: 1000,
  finalityBlocks: 1000,
  snapshotItems: 1_000_000,
  snapshotKeep: 4,
  undoBytes: 2 ** 28,
};

export const SEQUENCING: SequencerConfig = {
  minFee: 0n,
  sealBytes: 4096,
  sealMilliseconds: 1000,
  maxUnpostedBytes: 1 << 20,
  queueConfirmations: 0,
  accountEnvelopesPerSecond: 1_000_000,
  receiptCapacity: 10_000,
  logBytes: 1 << 26,
};

/** An envelope signed by its account's owner, against the state of `node`. */
export function signed(
  node: LakhNode,
  key: Hex,
  account: number,
  nonce: bigint,
  ops: readonly Op[],
  more: { validUntil?: bigint; fee?: bigint } = {},
): Uint8Array {
  const unsigned = { account, nonce, validUntil: 0n, fee: 0n, ...more, ops };
  const { engine } = node;
  const tagOf = (index: number): Hex => engine.tag(index) ?? ZERO_HASH;
  const owner = engine.account(account)?.owner ?? ZERO_ADDRESS;
  const digest = envelopeDigest(domainSeparator(engine.config), unsigned, owner, tagOf);
  return encodeEnvelope({ ...unsigned, signature: signDigest(digest, key) });
}

/** A transfer of ETH units. */
export function transfer(to: number, amount: bigint): Op {
  return { verb: "transfer", object: ETH_ASSET, object2: to, amount };
}
