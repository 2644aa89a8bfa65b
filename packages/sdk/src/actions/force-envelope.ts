import { inboxAbi } from "@lakh/bindings/abis";
import type { Hex } from "@lakh/protocol";
import { encodeFunctionData, parseEventLogs } from "viem";

import type { Core } from "../core.ts";
import { sendL1 } from "../l1.ts";
import type { EnvelopeRequest, SignedItem } from "../types.ts";
import { signEnvelope } from "./sign-envelope.ts";

export interface QueuedResult {
  readonly hash: Hex;
  /** Number of the item in the L1 queue. */
  readonly queueIndex: bigint;
  readonly gasUsed: bigint;
}

/**
 * Puts an envelope into the L1 queue, around the sequencer. It executes when the queue is included: give it time (`validUntil`).
 * @throws NoL1Error, L1RevertError
 */
export async function forceEnvelope(
  core: Core,
  request: EnvelopeRequest | SignedItem,
): Promise<QueuedResult & { item: SignedItem }> {
  const item = "bytes" in request ? request : await signEnvelope(core, { fee: 0n, ...request });
  const data = encodeFunctionData({ abi: inboxAbi, functionName: "enqueueForced", args: [item.bytes] });
  return { ...(await enqueue(core, "Inbox.enqueueForced", data)), item };
}

/** Sends a call that enqueues one item. */
export async function enqueue(core: Core, name: string, data: Hex): Promise<QueuedResult> {
  const { inbox } = await core.info();
  const receipt = await sendL1(core, { name, to: inbox, data });
  const [log] = parseEventLogs({ abi: inboxAbi, eventName: "QueueItem", logs: receipt.logs });
  return { hash: receipt.transactionHash, queueIndex: log?.args.index ?? 0n, gasUsed: receipt.gasUsed };
}
