import type { Hex, OutcomeName } from "@lakh/protocol";

import type { Core } from "../core.ts";
import * as wire from "../wire.ts";

/** How an envelope would end at the unsafe head, without effect. */
export async function simulate(core: Core, bytes: Hex): Promise<{ outcome: number; name: OutcomeName }> {
  return wire.simulated(await core.transport.request("lakh_simulate", [bytes]));
}
