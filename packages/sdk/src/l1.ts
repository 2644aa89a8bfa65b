/** Sending to and reading from the L1 contracts; reverts are decoded by selector. */
import { bridgeAbi, claimsAbi, inboxAbi } from "@lakh/bindings/abis";
import type { Address, Hex } from "@lakh/protocol";
import { type Abi, BaseError, type TransactionReceipt, decodeErrorResult, erc20Abi } from "viem";

import { type Core, needL1 } from "./core.ts";
import { L1Error, L1FailedError, L1RevertError, NoL1Error } from "./errors.ts";

const ERRORS: Abi = [...bridgeAbi, ...claimsAbi, ...inboxAbi, ...erc20Abi].filter((part) => part.type === "error");

/** What others do in the same block may touch other storage than the estimate did. */
const GAS_MARGIN_PERCENT = 130n;

export interface L1Call {
  /** For errors: `Bridge.depositETH`. */
  readonly name: string;
  readonly to: Address;
  readonly data: Hex;
  /** Wei. */
  readonly value?: bigint;
}

/**
 * Tries the call, sends it with the wallet and waits until it is mined.
 * @throws NoL1Error, L1RevertError with the contract's error, L1Error, L1FailedError
 */
export async function sendL1(core: Core, call: L1Call): Promise<TransactionReceipt> {
  const { public: reader, wallet } = needL1(core);
  const account = wallet?.account;
  if (!wallet || !account) throw new NoL1Error("wallet");
  const { to, data, value = 0n } = call;
  await core.info();
  try {
    await reader.call({ account, to, data, value });
    const gas = ((await reader.estimateGas({ account, to, data, value })) * GAS_MARGIN_PERCENT) / 100n;
    const hash = await wallet.sendTransaction({ account, chain: null, to, data, value, gas });
    const receipt = await reader.waitForTransactionReceipt({ hash });
    if (receipt.status === "reverted") throw new L1FailedError(call.name, hash);
    return receipt;
  } catch (error) {
    throw error instanceof L1FailedError ? error : l1Error(call.name, error);
  }
}

/** Runs a read of the L1 and types its errors. */
export async function readL1<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw l1Error(name, error);
  }
}

function l1Error(name: string, error: unknown): L1Error | L1RevertError {
  const data = revertData(error);
  if (data === undefined) return new L1Error(name, error);
  try {
    const { errorName, args } = decodeErrorResult({ abi: ERRORS, data });
    return new L1RevertError(name, errorName, args ?? [], error);
  } catch {
    return new L1RevertError(name, undefined, [data], error);
  }
}

function revertData(error: unknown): Hex | undefined {
  if (!(error instanceof BaseError)) return undefined;
  let found: Hex | undefined;
  error.walk((inner) => {
    const data = (inner as { data?: unknown }).data;
    const hex = typeof data === "object" && data !== null ? (data as { data?: unknown }).data : data;
    if (found === undefined && typeof hex === "string" && /^0x[0-9a-f]{8,}/i.test(hex)) found = hex as Hex;
    return false;
  });
  return found;
}
