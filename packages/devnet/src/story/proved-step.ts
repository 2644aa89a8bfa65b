/** What a one-step proof was about, by the transaction that brought it to L1. */
import { claimsAbi } from "@lakh/bindings/abis";
import { EntryKind, type Hex } from "@lakh/protocol";
import { fatal } from "@lakh/service";
import { type PublicClient, decodeFunctionData, hexToBytes } from "viem";

export interface ProvedStep {
  readonly entry: bigint;
  readonly cursor: number;
  /** Field elements of a blob that L1 evaluated; undefined where the entry is not in blobs. */
  readonly elements: number | undefined;
}

/** Where the witness says the entry's kind, and how many elements it brings (docs/spec/witness.md). */
const KIND_AT = 32;
const COUNT_AT = 89;

/** @throws CodedError fatal `NoProof` when the transaction proves nothing */
export async function readStep(l1: PublicClient, hash: Hex): Promise<ProvedStep> {
  const { input } = await l1.getTransaction({ hash });
  const { functionName, args } = decodeFunctionData({ abi: claimsAbi, data: input });
  if (functionName !== "prove") throw fatal("NoProof", `${hash} calls ${functionName}`, { hash });
  const [pre, witness] = [args[5], hexToBytes(args[6])];
  const elements = witness[KIND_AT] === EntryKind.Blobs ? witness[COUNT_AT] : undefined;
  return { entry: pre.entry, cursor: Number(pre.cursor), elements };
}
