/** From options to clients. */
import type { Hex, Op } from "@lakh/protocol";
import { type L1Clients, type LakhClient, type Receipt, createLakhClient } from "@lakh/sdk";
import { type KeySource, loadKey } from "@lakh/service";
import { http as l1Http, createPublicClient, createWalletClient, webSocket as l1WebSocket } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

import type { Output } from "./output.ts";

export interface NodeOptions {
  readonly rpcUrl: string;
  readonly l1Url: string;
}

export interface SignerOptions extends NodeOptions, KeySource {
  readonly account?: number | undefined;
}

const POLL_MS = 250;

/** viem clients of L1; with an account they can send. */
export function l1Clients(url: string, account?: PrivateKeyAccount): L1Clients {
  const transport = url.startsWith("ws") ? l1WebSocket(url) : l1Http(url);
  const reader = createPublicClient({ transport, pollingInterval: POLL_MS });
  return account ? { public: reader, wallet: createWalletClient({ transport, account }) } : { public: reader };
}

/** A client that only reads. */
export function readingClient({ rpcUrl, l1Url }: NodeOptions): LakhClient {
  return createLakhClient({ rpcUrl, l1: l1Clients(l1Url) });
}

export interface Signing {
  readonly client: LakhClient;
  readonly signer: PrivateKeyAccount;
  readonly privateKey: Hex;
}

/** A client that signs. @throws CodedError `MissingKey`, `BadKey`, `DevelopmentKey`; what the node answers */
export async function signingClient(options: SignerOptions): Promise<Signing> {
  const { rpcUrl, l1Url, account: accountIndex } = options;
  const { chainId } = await createLakhClient({ rpcUrl }).chainInfo();
  const wallet = await loadKey(options, BigInt(chainId));
  const privateKey = wallet.privateKey as Hex;
  const signer = privateKeyToAccount(privateKey);
  const client = createLakhClient({
    rpcUrl,
    account: signer,
    l1: l1Clients(l1Url, signer),
    ...(accountIndex === undefined ? {} : { accountIndex }),
  });
  return { client, signer, privateKey };
}

const FORCED_VALIDITY_SECONDS = 7 * 24 * 3600;

/** Sends ops by the sequencer or, when forced, through the L1 queue, and says what came of it. */
export async function submit(client: LakhClient, ops: readonly Op[], forced: boolean, out: Output): Promise<void> {
  if (!forced) {
    const receipt = await client.sendEnvelope({ ops });
    out.result(receipt, receiptText(receipt));
    return;
  }
  const validUntil = BigInt(Math.floor(Date.now() / 1000) + FORCED_VALIDITY_SECONDS);
  const { item, queueIndex, hash } = await client.forceEnvelope({ ops, validUntil });
  const text = `in the L1 queue as item ${queueIndex} (transaction ${hash}); it executes when the queue is included`;
  out.result({ queueIndex, transaction: hash, itemHash: item.itemHash }, text);
}

export function receiptText({ entry, position, itemHash }: Receipt): string {
  return `accepted: entry ${entry}, position ${position}, item ${itemHash}`;
}
