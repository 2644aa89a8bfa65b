import type { Core } from "../core.ts";
import type { Account, Heads, Pool } from "../types.ts";
import * as wire from "../wire.ts";

export interface SubscribeParameters {
  /** Called at each change of what is named. */
  readonly onHeads?: (heads: Heads) => void;
  readonly account?: { readonly index: number; readonly onChange: (account: Account) => void };
  readonly pool?: { readonly index: number; readonly onChange: (pool: Pool) => void };
  /** The connection is gone and the subscriptions with it: subscribe again. */
  readonly onError: (error: Error) => void;
}

/** Follows heads, an account, a pool. The promise resolves to a function that ends it. @throws UnreachableError */
export async function subscribe(core: Core, parameters: SubscribeParameters): Promise<() => Promise<void>> {
  const { onHeads, account, pool, onError } = parameters;
  const open = (params: readonly unknown[], onResult: (result: unknown) => void) =>
    core.transport.subscribe(params, { onResult, onError });
  const ends = await Promise.all([
    ...(onHeads ? [open(["heads"], (json) => onHeads(wire.heads(json)))] : []),
    ...(account ? [open(["account", account.index], (json) => account.onChange(wire.account(json)))] : []),
    ...(pool ? [open(["pool", pool.index], (json) => pool.onChange(wire.pool(json)))] : []),
  ]);
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
