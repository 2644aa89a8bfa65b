import type { Core } from "../core.ts";
import type { ExitProof } from "../types.ts";
import * as wire from "../wire.ts";

/** The proof that an exit stands in the state at the start of `entry`. @throws NotFoundError */
export async function getExitProof(core: Core, number: bigint, entry: bigint): Promise<ExitProof> {
  return wire.exitProof(await core.transport.request("lakh_getExitProof", [number.toString(), entry.toString()]));
}
