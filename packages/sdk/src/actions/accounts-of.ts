import type { Address } from "@lakh/protocol";

import { type Core, needSigner } from "../core.ts";
import * as wire from "../wire.ts";

/** Indices of the accounts that `owner` (without it the signer) owns, ascending. */
export async function accountsOf(core: Core, owner?: Address): Promise<number[]> {
  const address = owner ?? needSigner(core).address;
  return wire.indices(await core.transport.request("lakh_accountsOf", [address]));
}
