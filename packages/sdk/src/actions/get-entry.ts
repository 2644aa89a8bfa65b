import type { Core } from "../core.ts";
import type { Entry } from "../types.ts";
import * as wire from "../wire.ts";

/** An entry with the outcome of each of its items. @throws NotFoundError */
export async function getEntry(core: Core, entry: bigint): Promise<Entry> {
  return wire.entry(await core.transport.request("lakh_getEntry", [entry.toString()]));
}
