import type { Core } from "../core.ts";
import type { Asset } from "../types.ts";
import * as wire from "../wire.ts";

/** Assets with an index above `after`, ascending, at most `limit`. */
export async function listAssets(core: Core, page: { after?: number; limit?: number } = {}): Promise<Asset[]> {
  const params = [page.after ?? 0, page.limit ?? 100];
  return wire.list(await core.transport.request("lakh_listAssets", params)).map(wire.asset);
}
