import type { Address } from "@lakh/protocol";

import { type Core, needSigner } from "../core.ts";
import { type WaitOptions, waitFor } from "../wait.ts";
import { accountsOf } from "./accounts-of.ts";

export interface WaitForAccountParameters extends WaitOptions {
  /** Without it the signer. */
  readonly owner?: Address;
  /** Accounts that the owner had before. */
  readonly known?: readonly number[];
}

/** Waits until `owner` has an account that is not `known`: after a deposit. @throws TimeoutError */
export function waitForAccount(core: Core, parameters: WaitForAccountParameters = {}): Promise<number> {
  const { owner = needSigner(core).address, known = [], ...options } = parameters;
  return waitFor(`an account of ${owner}`, options, async () =>
    (await accountsOf(core, owner)).find((index) => !known.includes(index)),
  );
}
