import type { Core } from "../core.ts";
import { NoObjectError } from "../errors.ts";
import type { Pool } from "../types.ts";
import * as wire from "../wire.ts";

/** A pool at the unsafe head. @throws NoObjectError */
export async function getPool(core: Core, index: number): Promise<Pool> {
  const json = await core.transport.request("lakh_getPool", [index]);
  if (json === null) throw new NoObjectError(index);
  return wire.pool(json);
}
