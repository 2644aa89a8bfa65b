/** Who signs envelopes: a local key, a viem account or a wallet. */
import { type Address, type EnvelopeTypedData, type Hex, toHex } from "@lakh/protocol";
import type { LocalAccount } from "viem";

export interface SigningRequest {
  /** The EIP-712 digest. */
  readonly digest: Uint8Array;
  /** What the digest is of: the payload of `eth_signTypedData_v4`, ready for JSON. */
  readonly typedData: () => EnvelopeTypedData;
}

export interface Signer {
  readonly address: Address;
  /** A signature of 64 (EIP-2098) or 65 bytes. */
  sign(request: SigningRequest): Promise<Hex>;
}

/** A signer from a viem account, such as `privateKeyToAccount(key)`. */
export function accountSigner(account: LocalAccount): Signer {
  const address = account.address.toLowerCase() as Address;
  const { sign } = account;
  if (sign) return { address, sign: ({ digest }) => sign({ hash: toHex(digest) }) };
  return {
    address,
    sign: ({ typedData }) =>
      account.signTypedData(typedData() as unknown as Parameters<LocalAccount["signTypedData"]>[0]),
  };
}

/** The part of EIP-1193 that signing needs. */
export interface Eip1193Provider {
  request(args: { method: string; params?: readonly unknown[] }): Promise<unknown>;
}

/** A signer from a wallet; `address` is one of its accounts, which the page has asked for with `eth_requestAccounts`. */
export function walletSigner(provider: Eip1193Provider, address: Address): Signer {
  return {
    address: address.toLowerCase() as Address,
    async sign({ typedData }) {
      const params = [address, JSON.stringify(typedData())];
      return (await provider.request({ method: "eth_signTypedData_v4", params })) as Hex;
    },
  };
}
