import type { Core } from "../core.ts";
import type { Pool } from "../types.ts";
import * as wire from "../wire.ts";

/** Pools with an index above `after`, ascending, at most `limit`. */
export async function listPools(core: Core, page: { after?: number; limit?: number } = {}): Promise<Pool[]> {
  const params = [page.after ?? 0, page.limit ?? 100];
  return wire.list(await core.transport.request("lakh_listPools", params)).map(wire.pool);
}
