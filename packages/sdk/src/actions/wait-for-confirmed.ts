import type { Core } from "../core.ts";
import { type WaitOptions, waitFor } from "../wait.ts";
import { confirmedClaim } from "./confirmed-claim.ts";
import type { ClaimInfo } from "./list-claims.ts";

export interface WaitForConfirmedParameters extends WaitOptions {
  /** The entry that the claim must cover. */
  readonly entry: bigint;
}

/** Waits until a confirmed claim covers an entry. @throws TimeoutError */
export function waitForConfirmed(core: Core, parameters: WaitForConfirmedParameters): Promise<ClaimInfo> {
  const { entry, ...options } = parameters;
  return waitFor(`a confirmed claim over entry ${entry}`, options, async () => {
    const claim = await confirmedClaim(core);
    return claim.head.endEntry > entry ? claim : undefined;
  });
}
