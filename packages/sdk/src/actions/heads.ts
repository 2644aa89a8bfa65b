import type { Core } from "../core.ts";
import type { Heads } from "../types.ts";
import * as wire from "../wire.ts";

/** How far the node sees: unsafe, safe, finalized. */
export async function heads(core: Core): Promise<Heads> {
  return wire.heads(await core.transport.request("lakh_heads", []));
}
