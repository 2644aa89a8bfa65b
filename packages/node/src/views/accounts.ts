/** An account as the RPC shows it. */
import type { AccountRecord } from "@lakh/protocol";
import { NONCE_BITS } from "@lakh/protocol";

const OBJECTS = 2 ** 28;

export interface AccountView {
  readonly index: number;
  readonly owner: string;
  readonly signerKind: number;
  readonly nonceBase: bigint;
  readonly nonceBits: bigint;
  readonly nextNonce: bigint;
  readonly session?: AccountRecord["session"];
  readonly holdings: readonly { key: number; facet: number; object: number; amount: bigint }[];
}

/** The lowest nonce above all used ones. */
export function lowestFreeNonce({ nonceBase, nonceBits }: AccountRecord): bigint {
  for (let bit = NONCE_BITS; bit > 0; bit--) if ((nonceBits >> BigInt(bit - 1)) & 1n) return nonceBase + BigInt(bit);
  return nonceBase;
}

export function accountView(index: number, account: AccountRecord): AccountView {
  const { owner, signerKind, nonceBase, nonceBits, session } = account;
  const holdings = account.holdings.map(({ key, amount }) => ({
    key,
    facet: Math.floor(key / OBJECTS),
    object: key % OBJECTS,
    amount,
  }));
  const shown = { index, owner, signerKind, nonceBase, nonceBits, nextNonce: lowestFreeNonce(account), holdings };
  return session ? { ...shown, session } : shown;
}
