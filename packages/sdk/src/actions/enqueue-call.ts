import { inboxAbi } from "@lakh/bindings/abis";
import { type Hex, type Op, encodeCall as encodeCallBody, opsHash, toHex } from "@lakh/protocol";
import { encodeFunctionData } from "viem";

import type { Core } from "../core.ts";
import { type QueuedResult, enqueue } from "./force-envelope.ts";

export interface CallParameters {
  /** Account whose owner is the calling contract (or address). */
  readonly account: number;
  readonly ops: readonly Op[];
}

/** What a contract wallet must call on the Inbox to act on L2: the data of `enqueueCall`. @throws NoObjectError, EncodingError */
export async function encodeCall(core: Core, { account, ops }: CallParameters): Promise<Hex> {
  const indices = [...new Set(ops.flatMap((op) => [op.object ?? 0, op.object2 ?? 0]))].filter((index) => index !== 0);
  const tags = new Map(await Promise.all(indices.map(async (index) => [index, await core.tag(index)] as const)));
  const hash = toHex(opsHash(ops, (index) => tags.get(index) as Hex));
  const body = toHex(encodeCallBody({ account, ops, opsHash: hash }));
  return encodeFunctionData({ abi: inboxAbi, functionName: "enqueueCall", args: [body] });
}

/** Enqueues a call as the L1 wallet's own address. @throws NoL1Error, L1RevertError */
export async function enqueueCall(core: Core, parameters: CallParameters): Promise<QueuedResult> {
  return enqueue(core, "Inbox.enqueueCall", await encodeCall(core, parameters));
}
