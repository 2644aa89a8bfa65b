import type { Hex } from "@lakh/protocol";

import type { Core } from "../core.ts";
import type { Receipt } from "../types.ts";
import { type WaitOptions, waitFor } from "../wait.ts";
import { getReceipt } from "./get-receipt.ts";

/** Waits until the node has a receipt. @throws TimeoutError */
export function waitForReceipt(core: Core, itemHash: Hex, options: WaitOptions = {}): Promise<Receipt> {
  return waitFor(`receipt of ${itemHash}`, options, () => getReceipt(core, itemHash));
}
