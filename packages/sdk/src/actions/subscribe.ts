import type { Core } from "../core.ts";
import type { Account, Heads, Pool } from "../types.ts";
import * as wire from "../wire.ts";

export interface SubscribeParameters {
  /** Called at each change of what is named. */
  readonly onHeads?: (heads: Heads) => void;
  readonly account?: { readonly index: number; readonly onChange: (account: Account) => void };
  readonly pool?: { readonly index: number; readonly onChange: (pool: Pool) => void };
  /**
   * UnreachableError: the connection is gone and the subscriptions with it: subscribe again. BadResponseError: the node said
   * something that cannot be read; the subscriptions stay.
   */
  readonly onError: (error: Error) => void;
}

/** Follows heads, an account, a pool. The promise resolves to a function that ends it. @throws UnreachableError */
export async function subscribe(core: Core, parameters: SubscribeParameters): Promise<() => Promise<void>> {
  const { onHeads, account, pool, onError } = parameters;
  const open = <T>(params: readonly unknown[], read: (json: unknown) => T, onChange: (value: T) => void) => {
    const onResult = (json: unknown): void => {
      let value: T;
      try {
        value = read(json);
      } catch (error) {
        return onError(error as Error);
      }
      onChange(value);
    };
    return core.transport.subscribe(params, { onResult, onError });
  };
  const ends = await Promise.all([
    ...(onHeads ? [open(["heads"], wire.heads, onHeads)] : []),
    ...(account ? [open(["account", account.index], wire.account, account.onChange)] : []),
    ...(pool ? [open(["pool", pool.index], wire.pool, pool.onChange)] : []),
  ]);
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
