import { bridgeAbi } from "@lakh/bindings/abis";
import { type TransactionReceipt, parseEventLogs } from "viem";

import { BadResponseError } from "../errors.ts";
import type { DepositResult } from "./deposit-eth.ts";

/** What the Bridge said about a deposit. */
export function depositResult(receipt: TransactionReceipt): DepositResult {
  const [log] = parseEventLogs({ abi: bridgeAbi, eventName: "Deposited", logs: receipt.logs });
  if (!log) throw new BadResponseError("the L1", `without the event of the deposit ${receipt.transactionHash}`);
  return { hash: receipt.transactionHash, queueIndex: log.args.queueIndex, gasUsed: receipt.gasUsed };
}
