import type { Address } from "@lakh/protocol";

import { type Core, needSigner } from "../core.ts";
import type { Exit } from "../types.ts";
import * as wire from "../wire.ts";

/** Exits that pay `recipient` (without it the signer), finalized or not. */
export async function exitsOf(core: Core, recipient?: Address): Promise<Exit[]> {
  const address = recipient ?? needSigner(core).address;
  return wire.list(await core.transport.request("lakh_exitsOf", [address])).map(wire.exit);
}
