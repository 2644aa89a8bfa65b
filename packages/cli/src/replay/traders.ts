/** One account a transaction hash, opened and funded by envelopes of the funder. */
import {
  type Address,
  ETH_ASSET,
  type Envelope,
  type Hex,
  MAX_OPS,
  type Op,
  type SigningDomain,
  accountTag,
  addressOfKey,
  domainSeparator,
  encodeEnvelope,
  envelopeDigest,
  fromHex,
  keccak256,
  signDigest,
  toHex,
} from "@lakh/protocol";
import { type LakhClient, type SignedItem, BusyError } from "@lakh/sdk";
import { fatal } from "@lakh/service";

import type { Market } from "./market.ts";
import type { Trader } from "./plan.ts";

export interface TraderAccount {
  readonly key: Hex;
  readonly owner: Address;
  readonly index: number;
}

/** Keys come from the funder's key and the hash: what an account holds afterwards stays in reach. */
export function traderKey(funderKey: Hex, txHash: Hex): Hex {
  return toHex(keccak256(fromHex(funderKey), fromHex(txHash)));
}

/**
 * Opens and funds an account for each trader.
 * @param minFee gwei a swap
 * @param progress told after each request how many accounts are done, of twice the traders (opened, funded)
 */
export async function openTraders(
  client: LakhClient,
  market: Market,
  traders: readonly Trader[],
  { funderKey, minFee, progress }: { funderKey: Hex; minFee: bigint; progress: (done: number) => void },
): Promise<TraderAccount[]> {
  const keys = traders.map(({ txHash }) => traderKey(funderKey, txHash));
  const owners = keys.map(addressOfKey);
  const opening = traders.map(({ swaps }, i): Op => {
    const amount = BigInt(swaps) * minFee + 1n;
    return { verb: "openAccount", object: ETH_ASSET, party: owners[i] as Address, amount };
  });
  await sendOps(client, market.funder, opening, progress);
  const accounts: TraderAccount[] = [];
  for (const [i, owner] of owners.entries()) {
    const index = (await client.accountsOf(owner)).at(-1); // an earlier replay may have left older ones
    if (index === undefined)
      throw fatal("AccountMissing", `the account of ${owner} was accepted but is not there`, { owner });
    accounts.push({ key: keys[i] as Hex, owner, index });
  }
  const funding = traders.flatMap(({ needs }, i) =>
    needs.flatMap((amount, token): Op[] => {
      const { index } = accounts[i] as TraderAccount;
      return amount === 0n
        ? []
        : [{ verb: "transfer", object: market.assets[token] as number, object2: index, amount }];
    }),
  );
  await sendOps(client, market.funder, funding, (done) => progress(traders.length + Math.min(done, traders.length)));
  return accounts;
}

const ENVELOPES_A_REQUEST = 50;

/** Sends ops of one account, eight an envelope; every one must take effect. */
async function sendOps(
  client: LakhClient,
  account: number,
  ops: readonly Op[],
  progress: (done: number) => void,
): Promise<void> {
  const size = MAX_OPS * ENVELOPES_A_REQUEST;
  for (let at = 0; at < ops.length; at += size) {
    const part = ops.slice(at, at + size);
    const envelopes = Array.from({ length: Math.ceil(part.length / MAX_OPS) }, (_, i) => ({
      account,
      ops: part.slice(i * MAX_OPS, (i + 1) * MAX_OPS),
    }));
    const signed: SignedItem[] = [];
    for (const envelope of envelopes) signed.push(await client.signEnvelope(envelope));
    for (const result of await sendPatiently(client, signed)) if ("error" in result) throw result.error;
    progress(at + part.length);
  }
}

const PATIENCE = 240;
const PAUSE_MS = 500;

/** Sends signed envelopes in order; while the node is busy it waits and sends all again: what was accepted is answered with the same receipt. */
export async function sendPatiently(
  client: LakhClient,
  items: readonly SignedItem[],
): ReturnType<LakhClient["sendEnvelopes"]> {
  for (let i = 0; ; i++) {
    try {
      const results = await client.sendEnvelopes(items);
      const busy = results.find((result) => "error" in result && result.error instanceof BusyError);
      if (!busy || !("error" in busy)) return results;
      if (i === PATIENCE) throw busy.error;
    } catch (error) {
      if (!(error instanceof BusyError) || i === PATIENCE) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Signs a trader's envelope with its own key. */
export function signAs(
  trader: TraderAccount,
  domain: SigningDomain,
  envelope: Envelope,
  tagOf: (index: number) => Hex,
): SignedItem {
  const tags = (index: number): Hex => (index === trader.index ? accountTag(trader.owner) : tagOf(index));
  const digest = envelopeDigest(domainSeparator(domain), envelope, trader.owner, tags);
  const bytes = encodeEnvelope({ ...envelope, signature: signDigest(digest, trader.key) });
  return { envelope, bytes: toHex(bytes), itemHash: toHex(keccak256(bytes)) };
}
