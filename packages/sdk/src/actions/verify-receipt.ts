import { toHex } from "@lakh/protocol";
import { type Hex, recoverMessageAddress } from "viem";

import type { Core } from "../core.ts";
import { receiptLeaf } from "../stream/receipts.ts";
import type { Receipt } from "../types.ts";

/** What the sequencer signs of a receipt (docs/RPC.md): chain, Inbox, acc before, position, item hash. */
export function receiptHash(chainId: number, inbox: Hex, receipt: Receipt): Hex {
  return toHex(receiptLeaf(chainId, inbox, receipt));
}

/** True when the deployment's sequencer signed the receipt: it can be held against it. */
export async function verifyReceipt(core: Core, receipt: Receipt): Promise<boolean> {
  const { chainId, inbox, sequencer } = await core.info();
  try {
    const message = { raw: receiptHash(chainId, inbox, receipt) };
    const signer = await recoverMessageAddress({ message, signature: receipt.signature });
    return signer.toLowerCase() === sequencer.toLowerCase();
  } catch {
    return false; // not a signature at all
  }
}
