import type { Hex } from "@lakh/protocol";

import type { Core } from "../core.ts";
import type { Receipt } from "../types.ts";
import * as wire from "../wire.ts";

/** The receipt of an envelope by keccak256 of its bytes; undefined when the node has none. */
export async function getReceipt(core: Core, itemHash: Hex): Promise<Receipt | undefined> {
  const json = await core.transport.request("lakh_getReceipt", [itemHash]);
  return json === null ? undefined : wire.receipt(json);
}
