/** Transactions with blobs (EIP-4844), as far as the sender needs them. */
import { Transaction, type BaseWallet, type Provider, type TransactionLike } from "ethers";

import { onL1 } from "./client.ts";

/** With one proof a blob, or with one a cell: which one an L1 takes depends on its hardfork. */
export type SidecarForm = "eip4844" | "eip7594";

/** What travels with a transaction; hex. */
export interface Sidecar {
  readonly form: SidecarForm;
  readonly versionedHashes: readonly string[];
  readonly blobs: readonly { readonly data: string; readonly commitment: string; readonly proof: string }[];
}

/** Gas of a blob. */
export const BLOB_GAS = 131_072n;

/** Cancun's fraction: what a chain has that says neither the fee nor anything else. */
const UPDATE_FRACTION = 3_338_477n;

/** Signs a transaction with what travels with it. */
export function signWithBlobs(wallet: BaseWallet, request: TransactionLike, sidecar: Sidecar): string {
  const transaction = Transaction.from({ ...request, blobVersionedHashes: [...sidecar.versionedHashes] });
  transaction.blobs = sidecar.blobs.map((blob) => ({ ...blob }));
  if (sidecar.form === "eip7594") transaction.blobWrapperVersion = 1;
  transaction.signature = wallet.signingKey.sign(transaction.unsignedHash);
  return transaction.serialized;
}

/** What travelled with a transaction that was signed here; undefined for one without blobs. */
export function sidecarOf(raw: string): Sidecar | undefined {
  const { blobs, blobVersionedHashes, blobWrapperVersion } = Transaction.from(raw);
  if (blobs === null || blobVersionedHashes === null) return undefined;
  return { form: blobWrapperVersion === null ? "eip4844" : "eip7594", versionedHashes: blobVersionedHashes, blobs };
}

/** Base fee of a blob gas, wei. */
export async function blobBaseFee(provider: Provider): Promise<bigint> {
  if ("send" in provider && typeof provider.send === "function") {
    try {
      return BigInt((await provider.send("eth_blobBaseFee", [])) as string);
    } catch {
      // A chain without the method: by the block's header.
    }
  }
  const block = await onL1(() => provider.getBlock("latest"));
  return expOf(block?.excessBlobGas ?? 0n);
}

/** e^(excess / UPDATE_FRACTION), as EIP-4844 computes it: wei a blob gas. */
function expOf(excess: bigint): bigint {
  let sum = 0n;
  let term = UPDATE_FRACTION;
  for (let i = 1n; term > 0n; i++) {
    sum += term;
    term = (term * excess) / (UPDATE_FRACTION * i);
  }
  return sum / UPDATE_FRACTION;
}
