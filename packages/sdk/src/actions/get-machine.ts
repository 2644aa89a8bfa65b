import type { Core } from "../core.ts";
import type { HashedMachine } from "../types.ts";
import * as wire from "../wire.ts";

/** The machine at the start of an entry. @throws NotFoundError */
export async function getMachine(core: Core, entry: bigint): Promise<HashedMachine> {
  return wire.hashedMachine(await core.transport.request("lakh_getMachine", [entry.toString()]));
}
