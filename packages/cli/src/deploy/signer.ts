/**
 * What Hardhat Ignition sends through: signs with the deployer's key, and only what the plan holds, at the nonce that the plan
 * gives it; so nothing can be deployed twice or at another address.
 */
import type { PlannedContract } from "@lakh/bindings";
import { fatal } from "@lakh/service";
import type { EIP1193Provider, RequestArguments } from "@nomicfoundation/ignition-core";
import { type BaseWallet, type JsonRpcProvider, isError, keccak256 } from "ethers";

import type { Journal, SentTransaction } from "./journal.ts";

/** A transaction as JSON-RPC writes it. */
interface RpcTransaction {
  readonly from?: string;
  readonly data: string;
  readonly nonce: string;
  readonly gas: string;
  readonly maxFeePerGas?: string;
  readonly maxPriorityFeePerGas?: string;
  readonly gasPrice?: string;
}

export interface SignerDeps {
  readonly provider: JsonRpcProvider;
  readonly wallet: BaseWallet;
  readonly chainId: bigint;
  readonly plan: readonly PlannedContract[];
  readonly journal: Journal;
  readonly onSent: (contract: PlannedContract, hash: string) => void;
}

export function createDeploySigner(deps: SignerDeps): EIP1193Provider {
  const { provider, wallet } = deps;
  return {
    async request({ method, params }: RequestArguments): Promise<unknown> {
      const given = (params ?? []) as readonly unknown[];
      switch (method) {
        case "eth_accounts":
          return [wallet.address];
        case "eth_estimateGas":
          plannedAt(deps, given[0] as RpcTransaction);
          return send(provider, method, given);
        case "eth_sendTransaction":
          return signAndSend(deps, given[0] as RpcTransaction);
        case "eth_getTransactionByHash":
        case "eth_getTransactionReceipt":
          return findOwn(deps, method, String(given[0]));
        default:
          return send(provider, method, given);
      }
    },
  };
}

/** Sends a recorded transaction again, unless L1 knows it. */
export async function sendAgain(provider: JsonRpcProvider, { hash, raw }: SentTransaction): Promise<void> {
  if ((await provider.send("eth_getTransactionByHash", [hash])) !== null) return;
  try {
    await provider.send("eth_sendRawTransaction", [raw]);
  } catch (error) {
    if (isError(error, "NONCE_EXPIRED")) return;
    throw error;
  }
}

async function signAndSend(deps: SignerDeps, given: RpcTransaction): Promise<string> {
  const contract = plannedAt(deps, given);
  const fees =
    given.gasPrice === undefined
      ? { type: 2, maxFeePerGas: given.maxFeePerGas, maxPriorityFeePerGas: given.maxPriorityFeePerGas }
      : { type: 0, gasPrice: given.gasPrice };
  const raw = await deps.wallet.signTransaction({
    ...fees,
    chainId: deps.chainId,
    nonce: contract.nonce,
    gasLimit: given.gas,
    data: contract.initCode,
  });
  const hash = keccak256(raw);
  deps.journal.recordSent({ nonce: contract.nonce, hash, raw });
  await send(deps.provider, "eth_sendRawTransaction", [raw]);
  deps.onSent(contract, hash);
  return hash;
}

/** @throws CodedError fatal `NonceTaken`: the key sent something else meanwhile; `DeployReorged`: L1 took back what it sent */
function plannedAt({ plan, wallet }: SignerDeps, { data, nonce }: RpcTransaction): PlannedContract {
  const contract = plan.find(({ initCode }) => initCode === data);
  if (contract?.nonce === Number(nonce)) return contract;
  if (contract !== undefined && Number(nonce) < contract.nonce)
    throw fatal("DeployReorged", "L1 has taken back transactions of this deployment: start again to send them again", {
      expected: contract.nonce,
      actual: Number(nonce),
    });
  throw nonceTaken(wallet.address, contract?.nonce, Number(nonce));
}

/** The deployment cannot end at its addresses any more. */
export function nonceTaken(deployer: string, expected: number | undefined, actual: number) {
  return fatal(
    "NonceTaken",
    `${deployer} sent something else in between (nonce ${actual} in place of ${expected}): the addresses of this deployment cannot be reached any more. Begin another with another journal, and send nothing else meanwhile`,
    { deployer, expected, actual },
  );
}

/** Of several transactions with one nonce, sent with growing fees, one is mined: each of them stands for it. */
async function findOwn({ provider, journal }: SignerDeps, method: string, hash: string): Promise<unknown> {
  const sent = journal.sent();
  const nonce = sent.find((transaction) => transaction.hash === hash)?.nonce;
  const others = sent.filter((transaction) => transaction.nonce === nonce && transaction.hash !== hash);
  for (const candidate of [hash, ...others.map((transaction) => transaction.hash)]) {
    const found: unknown = await provider.send(method, [candidate]);
    if (found !== null) return found;
  }
  return null;
}

/** ethers wraps what L1's node says; Ignition reads it as it is. */
async function send(provider: JsonRpcProvider, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    return await provider.send(method, [...params]);
  } catch (error) {
    if (isError(error, "CALL_EXCEPTION") || isError(error, "UNKNOWN_ERROR")) {
      const { error: inner } = (error.info ?? {}) as { error?: { message?: string; data?: unknown } };
      if (inner?.message !== undefined) throw Object.assign(new Error(inner.message), { data: inner.data });
    }
    throw error;
  }
}
