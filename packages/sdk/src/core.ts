/** What the actions share: the wire, the signer, the L1, and what never changes about a deployment. */
import type { Address, Hex, SigningDomain } from "@lakh/protocol";
import type { PublicClient, WalletClient } from "viem";

import { L1Error, NoAccountError, NoL1Error, NoObjectError, NoSignerError, WrongChainError } from "./errors.ts";
import { type Nonces, createNonces } from "./nonces.ts";
import type { Signer } from "./signer.ts";
import type { Transport } from "./transport/types.ts";
import type { ChainInfo } from "./types.ts";
import * as wire from "./wire.ts";

/** viem clients of the L1: the public one reads, the wallet one sends. */
export interface L1Clients {
  readonly public: PublicClient;
  readonly wallet?: WalletClient;
  /** Block of the deployment: where logs are read from. Without it 0. */
  readonly fromBlock?: bigint;
}

/** What a deployment must be, such as `knownDeployments[chainId]`; what differs is refused: a node may lie about addresses. */
export interface ExpectedDeployment {
  readonly chainId: number;
  readonly inbox: Address;
  readonly bridge?: Address;
  readonly claims?: Address;
}

export interface CoreOptions {
  readonly transport: Transport;
  readonly signer?: Signer;
  readonly l1?: L1Clients;
  /** The account that acts by default; without it the first one that the signer owns. */
  readonly account?: number;
  readonly expect?: ExpectedDeployment;
  /** Seconds since 1970, for `validUntil` and waiting. */
  readonly now: () => number;
}

export interface Core extends CoreOptions {
  /** The deployment, asked once and checked against `expect` and the L1. */
  readonly info: () => Promise<ChainInfo>;
  /** What signatures are for. */
  readonly domain: () => Promise<SigningDomain>;
  /** An object's tag; tags never change. @throws NoObjectError */
  readonly tag: (index: number) => Promise<Hex>;
  /** Forgets all tags: after an L1 reorg an index may name something else. */
  readonly forgetTags: () => void;
  readonly nonces: (account: number) => Nonces;
  /** The account that acts. @throws NoSignerError, NoAccountError */
  readonly actor: () => Promise<number>;
}

export function createCore(options: CoreOptions): Core {
  const { transport, signer } = options;
  let info: Promise<ChainInfo> | undefined;
  let actor: Promise<number> | undefined;
  let tags = new Map<number, Promise<Hex>>();
  const nonces = new Map<number, Nonces>();

  const core: Core = {
    ...options,
    info: () =>
      (info ??= loadInfo(options).catch((error: unknown) => {
        info = undefined;
        throw error;
      })),
    async domain() {
      const { chainId, inbox } = await core.info();
      return { chainId: BigInt(chainId), inbox };
    },
    tag(index) {
      const known = tags.get(index);
      if (known) return known;
      const asked = loadTag(transport, index);
      tags.set(index, asked);
      asked.catch(() => tags.delete(index));
      return asked;
    },
    forgetTags() {
      tags = new Map();
    },
    nonces(account) {
      const known = nonces.get(account);
      if (known) return known;
      const made = createNonces(() => loadNonce(transport, account));
      nonces.set(account, made);
      return made;
    },
    actor() {
      if (options.account !== undefined) return Promise.resolve(options.account);
      if (!signer) return Promise.reject(new NoSignerError());
      return (actor ??= firstAccount(transport, signer.address).catch((error: unknown) => {
        actor = undefined;
        throw error;
      }));
    },
  };
  return core;
}

async function loadInfo({ transport, l1, expect }: CoreOptions): Promise<ChainInfo> {
  const info = wire.chainInfo(await transport.request("lakh_chainInfo", []));
  const check = (what: string, expected: string | number, actual: string | number): void => {
    if (String(expected).toLowerCase() !== String(actual).toLowerCase())
      throw new WrongChainError(what, String(expected), String(actual));
  };
  if (expect) check("the node's L1 chain", expect.chainId, info.chainId);
  if (expect) check("the node's Inbox", expect.inbox, info.inbox);
  if (expect?.bridge) check("the node's Bridge", expect.bridge, info.bridge);
  if (expect?.claims) check("the node's Claims", expect.claims, info.claims);
  if (l1) check("the L1's chain id", info.chainId, await l1ChainId(l1));
  return info;
}

async function l1ChainId(l1: L1Clients): Promise<number> {
  try {
    return await l1.public.getChainId();
  } catch (error) {
    throw new L1Error("eth_chainId", error);
  }
}

async function loadTag(transport: Transport, index: number): Promise<Hex> {
  const object = await transport.request("lakh_getObject", [index]);
  if (object === null) throw new NoObjectError(index);
  return wire.tag(object);
}

async function loadNonce(transport: Transport, index: number): Promise<bigint> {
  const account = await transport.request("lakh_getAccount", [index]);
  if (account === null) throw new NoAccountError({ index });
  return wire.account(account).nextNonce;
}

async function firstAccount(transport: Transport, owner: Address): Promise<number> {
  const [first] = wire.indices(await transport.request("lakh_accountsOf", [owner]));
  if (first === undefined) throw new NoAccountError({ owner });
  return first;
}

export function needSigner(core: Core): Signer {
  if (!core.signer) throw new NoSignerError();
  return core.signer;
}

export function needL1(core: Core): L1Clients {
  if (!core.l1) throw new NoL1Error("public");
  return core.l1;
}
