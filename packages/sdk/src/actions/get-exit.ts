import type { Core } from "../core.ts";
import { NoExitError } from "../errors.ts";
import type { Exit } from "../types.ts";
import * as wire from "../wire.ts";

/** An exit by its number. @throws NoExitError */
export async function getExit(core: Core, number: bigint): Promise<Exit> {
  const json = await core.transport.request("lakh_getExit", [number.toString()]);
  if (json === null) throw new NoExitError(number);
  return wire.exit(json);
}
