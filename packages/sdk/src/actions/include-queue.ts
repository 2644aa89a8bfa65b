import { inboxAbi } from "@lakh/bindings/abis";
import type { Hex } from "@lakh/protocol";
import { encodeFunctionData } from "viem";

import type { Core } from "../core.ts";
import { sendL1 } from "../l1.ts";

export interface IncludeQueueParameters {
  /** Behind the last item to include; all must be overdue. */
  readonly to: bigint;
}

/** Includes overdue queue items, whoever sleeps: open to anyone. @throws NoL1Error, L1RevertError (NotOverdue, EmptySlice) */
export async function includeQueue(
  core: Core,
  { to }: IncludeQueueParameters,
): Promise<{ hash: Hex; gasUsed: bigint }> {
  const { inbox } = await core.info();
  const data = encodeFunctionData({ abi: inboxAbi, functionName: "includeQueue", args: [to] });
  const receipt = await sendL1(core, { name: "Inbox.includeQueue", to: inbox, data });
  return { hash: receipt.transactionHash, gasUsed: receipt.gasUsed };
}
