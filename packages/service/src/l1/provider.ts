import { JsonRpcProvider } from "ethers";

import { retry } from "../errors.ts";

/** Methods whose answer may be nothing: what is asked for does not exist, or not yet. */
const MAY_BE_NULL = /^eth_get(Block|Transaction)By|^eth_getTransactionReceipt$/;

/** Methods whose answer is hex: a number or bytes. */
const HEX =
  /^eth_(blockNumber|call|chainId|estimateGas|gasPrice|getBalance|getCode|getStorageAt|getTransactionCount|sendRawTransaction)$/;

/** L1 by JSON-RPC. Answers of another kind than the method's are L1's fault: ethers itself trips over some of them. */
export class CheckedProvider extends JsonRpcProvider {
  /** @throws CodedError retry `L1Fault`, and what ethers throws */
  override async send(method: string, params: unknown[] | Record<string, unknown>): Promise<unknown> {
    const answer: unknown = await super.send(method, params);
    if (isAnswer(method, answer)) return answer;
    throw retry("L1Fault", `L1's node answers ${method} with what is no answer`, { method });
  }
}

function isAnswer(method: string, answer: unknown): boolean {
  if (HEX.test(method)) return typeof answer === "string" && /^0x[0-9a-f]*$/i.test(answer);
  if (method === "eth_getLogs") return Array.isArray(answer) && answer.every(isObject);
  if (MAY_BE_NULL.test(method)) return answer === null || isObject(answer);
  return true;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
