/** Blob transactions and entries in blobs, for tests on a chain in this process. */
import { blobsFor, elementProver, loadKzg, makeSidecar, packBlobs, versionedHashes } from "@lakh/da";
import type { ProveElements } from "@lakh/engine";
import { type EntryHeader, EntryKind, blobsHash } from "@lakh/protocol";
import { type BaseWallet, type Provider, Transaction, type TransactionResponse } from "ethers";

export const kzg = await loadKzg();

const GWEI = 10n ** 9n;

export interface BlobCall {
  readonly to: string;
  readonly data: string;
  readonly gasLimit?: bigint;
}

/** Signs and sends a transaction with blobs, in the form of EIP-4844: the one that EDR takes. */
export async function sendBlobs(
  provider: Provider,
  wallet: BaseWallet,
  { to, data, gasLimit = 1_000_000n }: BlobCall,
  blobs: readonly Uint8Array[],
): Promise<TransactionResponse> {
  const { versionedHashes: blobVersionedHashes, blobs: carried } = makeSidecar(kzg, blobs, "eip4844");
  const transaction = Transaction.from({
    type: 3,
    chainId: (await provider.getNetwork()).chainId,
    nonce: await provider.getTransactionCount(wallet.address),
    to,
    data,
    gasLimit,
    maxFeePerGas: 100n * GWEI,
    maxPriorityFeePerGas: GWEI,
    maxFeePerBlobGas: 100n * GWEI,
    blobVersionedHashes: [...blobVersionedHashes],
  });
  transaction.blobs = carried.map((blob) => ({ ...blob }));
  transaction.signature = wallet.signingKey.sign(transaction.unsignedHash);
  return provider.broadcastTransaction(transaction.serialized);
}

/** Header of a batch in blobs, as `appendBlobs` makes it. */
export function blobHeader(time: bigint, data: Uint8Array, blobs = packBlobs(data)): EntryHeader {
  const hash = blobsHash(versionedHashes(kzg, blobs));
  return { kind: EntryKind.Blobs, time, a: BigInt(data.length), b: BigInt(blobsFor(data.length)), hash };
}

/** A batch in blobs as `buildWitness` wants it. */
export function blobEntry(
  time: bigint,
  payload: Uint8Array,
  blobs = packBlobs(payload),
): { header: EntryHeader; payload: Uint8Array; proveElements: ProveElements } {
  return { header: blobHeader(time, payload, blobs), payload, proveElements: elementProver(kzg, blobs) };
}
