import type { Core } from "../core.ts";
import { NotFoundError } from "../errors.ts";
import type { Receipt } from "../types.ts";
import { getEntry } from "./get-entry.ts";
import { heads } from "./heads.ts";
import { verifyReceipt } from "./verify-receipt.ts";

/**
 * kept: the item stands on L1 where promised; pending: its entry is not on L1 yet; superseded: L1 went another way before it
 * (a forced inclusion changed acc), which breaks no promise; broken: L1 stands on the promised acc and holds something else;
 * forged: the sequencer has not signed this.
 */
export type ReceiptFate = "kept" | "pending" | "superseded" | "broken" | "forged";

/** What became of a receipt, by the node's view of L1. */
export async function receiptFate(core: Core, receipt: Receipt): Promise<ReceiptFate> {
  if (!(await verifyReceipt(core, receipt))) return "forged";
  const { safe } = await heads(core);
  if (safe.entry <= receipt.entry) return "pending";
  try {
    const entry = await getEntry(core, receipt.entry);
    if (entry.accBefore !== receipt.accBefore) return "superseded";
    return entry.items[receipt.position]?.itemHash === receipt.itemHash ? "kept" : "broken";
  } catch (error) {
    if (error instanceof NotFoundError) return "pending";
    throw error;
  }
}
