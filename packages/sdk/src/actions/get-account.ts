import type { Core } from "../core.ts";
import { NoAccountError } from "../errors.ts";
import type { Account } from "../types.ts";
import * as wire from "../wire.ts";

/** An account at the unsafe head; without `index` the one that acts. @throws NoAccountError */
export async function getAccount(core: Core, index?: number): Promise<Account> {
  const which = index ?? (await core.actor());
  const json = await core.transport.request("lakh_getAccount", [which]);
  if (json === null) throw new NoAccountError({ index: which });
  return wire.account(json);
}
