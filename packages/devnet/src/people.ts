/** The story's people: each with an L1 wallet and a client of the sequencer. */
import { type L1Clients, type LakhClient, createLakhClient } from "@lakh/sdk";
import { http, createPublicClient, createWalletClient } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

import { type ROLES, keyOf } from "./keys.ts";

export interface Person {
  readonly name: string;
  readonly signer: PrivateKeyAccount;
  readonly client: LakhClient;
  readonly l1: Required<Pick<L1Clients, "public" | "wallet">>;
}

const POLL_MS = 250;

/** @param rpcUrl the node that this person asks */
export function person(role: keyof typeof ROLES, l1Url: string, rpcUrl: string): Person {
  const signer = privateKeyToAccount(keyOf(role));
  const transport = http(l1Url);
  const l1 = {
    public: createPublicClient({ transport, pollingInterval: POLL_MS }),
    wallet: createWalletClient({ transport, account: signer }),
  };
  const name = role.charAt(0).toUpperCase() + role.slice(1);
  return { name, signer, l1, client: createLakhClient({ rpcUrl, account: signer, l1 }) };
}
