/** One object for an integrator: where to ask, who signs, and every action bound to it. */
import type { LocalAccount } from "viem";

import { actions } from "./actions.ts";
import { type Core, type ExpectedDeployment, type L1Clients, createCore } from "./core.ts";
import { BadArgumentError } from "./errors.ts";
import { type Signer, accountSigner } from "./signer.ts";
import { http } from "./transport/http.ts";
import type { Transport } from "./transport/types.ts";
import { webSocket } from "./transport/web-socket.ts";

export interface LakhClientOptions {
  /** `http://`, `https://`, `ws://` or `wss://` of a node. */
  readonly rpcUrl?: string;
  /** In place of `rpcUrl`. */
  readonly transport?: Transport;
  /** viem clients of the L1, for deposits, forced envelopes and exits. */
  readonly l1?: L1Clients;
  /** Who signs: a viem account … */
  readonly account?: LocalAccount;
  /** … or anything else, such as {@link walletSigner}. */
  readonly signer?: Signer;
  /** The L2 account that acts by default; without it the first one that the signer owns. */
  readonly accountIndex?: number;
  /** Refuse a node of another deployment. */
  readonly expect?: ExpectedDeployment;
  /** Seconds since 1970; without it the system's clock. */
  readonly now?: () => number;
}

type Bound<A> = {
  readonly [K in keyof A]: A[K] extends (core: Core, ...args: infer P) => infer R ? (...args: P) => R : never;
};

export type LakhClient = Bound<typeof actions> & {
  /** Closes what is open. */
  readonly close: () => void;
};

/** @throws BadArgumentError when it is not said where the node is */
export function createLakhClient(options: LakhClientOptions): LakhClient {
  const transport = options.transport ?? transportOf(options.rpcUrl);
  const { l1, account, signer = account && accountSigner(account), accountIndex, expect } = options;
  const core = createCore({
    transport,
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
    ...(signer ? { signer } : {}),
    ...(l1 ? { l1 } : {}),
    ...(accountIndex === undefined ? {} : { account: accountIndex }),
    ...(expect ? { expect } : {}),
  });
  const bound = Object.fromEntries(
    Object.entries(actions).map(([name, action]) => [
      name,
      (...args: unknown[]) => (action as (core: Core, ...args: unknown[]) => unknown)(core, ...args),
    ]),
  ) as unknown as Bound<typeof actions>;
  return { ...bound, close: () => transport.close() };
}

function transportOf(url: string | undefined): Transport {
  if (url === undefined) throw new BadArgumentError("rpcUrl", "the node's URL or a transport is needed");
  if (/^https?:\/\//.test(url)) return http(url);
  if (/^wss?:\/\//.test(url)) return webSocket(url);
  throw new BadArgumentError("rpcUrl", `${url} begins with none of http://, https://, ws://, wss://`);
}
