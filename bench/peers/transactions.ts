/** Plain Ethereum transactions of the same mix, signed before the run: distinct signers, each nonce once. */
import type { Kernels } from "@lakh/kernels";
import { Signature, Transaction, getBytes, hexlify } from "ethers";

import { Random } from "../../test/support/random.ts";
import { FIRST_KEY, ownerAddresses, scalarOf } from "../load/keys.ts";
import { BulkSigner } from "../load/sign.ts";
import { type Pair, compilePair } from "./compile.ts";

const BLOCK = 1024;
const SIGNERS = 2_000;
const CHAIN_ID = 31337n;
const GAS = { transfer: 21_000n, call: 150_000n };
const FEES = { type: 2, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n } as const;

export type PeerMix = "transfers" | "swaps" | "mix";

/** What is sent to each peer, and what it needs to be there. */
export interface PeerLoad {
  /** Addresses of the signers. */
  readonly signers: readonly string[];
  readonly pair: Pair;
  /** As `eth_sendRawTransaction` takes them. */
  readonly raw: readonly string[];
}

/** A load of `count` transactions; transaction i is of signer i mod `SIGNERS`. */
export function makePeerLoad(mix: PeerMix, count: number, kernels: Kernels): PeerLoad {
  const addresses = ownerAddresses(SIGNERS, kernels);
  const signers = Array.from({ length: SIGNERS }, (_, i) => hexlify(addresses.subarray(20 * i, 20 * i + 20)));
  const pair = compilePair();
  return { signers, pair, raw: signTransactions(signers, pair, mix, count) };
}

function signTransactions(signers: readonly string[], pair: Pair, mix: PeerMix, count: number): string[] {
  const random = new Random(1);
  const bulk = new BulkSigner(scalarOf(`nonces of ${count} ${mix} of peers`));
  const raw: string[] = [];
  const swap = (): string => {
    const amount = 2 ** 31 + random.below(2 ** 31);
    return pair.abi.encodeFunctionData("swap", [random.below(2), amount, Math.floor(amount / 2)]);
  };
  for (let start = 0; start < count; start += BLOCK) {
    const block = Array.from({ length: Math.min(BLOCK, count - start) }, (_, i) => {
      const number = start + i;
      const nonce = Math.floor(number / signers.length);
      const die = mix === "mix" ? random.below(100) : mix === "transfers" ? 0 : 70;
      const common = { ...FEES, chainId: CHAIN_ID, nonce };
      if (die < 70)
        return Transaction.from({
          ...common,
          gasLimit: GAS.transfer,
          to: signers[random.below(signers.length)] as string,
          value: 1 + random.below(2 ** 31),
        });
      const data = die < 95 ? swap() : pair.abi.encodeFunctionData("addLiquidity", [2 ** 31 + random.below(2 ** 31)]);
      return Transaction.from({ ...common, gasLimit: GAS.call, to: pair.address, data });
    });
    const digests = new Uint8Array(32 * block.length);
    block.forEach((transaction, i) => digests.set(getBytes(transaction.unsignedHash), 32 * i));
    const signatures = new Uint8Array(64 * block.length);
    bulk.sign(digests, block.length, (i) => FIRST_KEY + BigInt((start + i) % signers.length), signatures);
    block.forEach((transaction, i) => {
      transaction.signature = Signature.from(hexlify(signatures.subarray(64 * i, 64 * i + 64)));
      raw.push(transaction.serialized);
    });
  }
  return raw;
}
