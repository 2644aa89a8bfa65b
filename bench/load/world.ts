/**
 * The state that a load runs on: assets, pools, and many accounts that hold something of everything.
 *
 * Object 1 is ETH, 2 and 3 are tokens, then come the pools, then the accounts. All holdings and reserves of an asset
 * together stay below what the Bridge may hold of it, and a pool's shares cover those that accounts hold.
 */
import { type Engine, createEngine } from "@lakh/engine";
import type { Kernels } from "@lakh/kernels";
import {
  AccountLayout,
  type Address,
  type Hex,
  HoldingLayout,
  RecordKind,
  assetTag,
  encodeRecord,
  holdingKey,
  poolTag,
} from "@lakh/protocol";

import { ownerAddresses } from "./keys.ts";

export const TOKENS = [
  { token: `0x${"a0".repeat(20)}`, shift: 0 },
  { token: `0x${"b0".repeat(20)}`, shift: 0 },
] as const;
const ETH = { token: `0x${"00".repeat(20)}`, shift: 9 } as const;
/** Assets 0 and 1 of pool p: those of `PAIRS[p % 3]`, by object. */
const PAIRS = [
  [1, 2],
  [1, 3],
  [2, 3],
] as const;
export const POOLS = 300;
export const FIRST_POOL = 4;
/** Swaps of a file go through a pool of their own, of the first token (6 decimals, as USDC) and ETH. */
export const FILE_POOL = FIRST_POOL + POOLS;
export const FIRST_ACCOUNT = FILE_POOL + 1;
const DEEP = 10n ** 16n;
const FEE = 3000;
/** Of each asset, all accounts together; 2^63 − 1 is the cap. */
const HELD_BY_ALL = 4n * 10n ** 18n;
/** Of the file's pool: about 1,650 USDC an ETH, as in March 2023. */
const FILE_RESERVES = [10n ** 18n, 1_650_000_000_000_000_000n] as const;
const HOLDINGS = 4;

/** What identifies the deployment that the state is for. */
export interface WorldConfig {
  readonly chainId: bigint;
  readonly inbox: Address;
  readonly feeRecipient: Address;
}

/** Pool whose shares account n (from 0) holds. */
export function poolOf(n: number): number {
  return FIRST_POOL + (n % POOLS);
}

/** What each of `accounts` accounts holds of an asset. */
export function wealthOf(accounts: number): bigint {
  return HELD_BY_ALL / BigInt(accounts);
}

/** An engine in that state, before entry 0. @param progress told how many accounts are done; deriving their keys is the long part */
export function makeWorld(
  config: WorldConfig,
  accounts: number,
  kernels: Kernels,
  progress?: (done: number, total: number) => void,
): Engine {
  const engine = createEngine(config, kernels);
  const { state } = engine;
  for (const asset of TOKENS) state.loadRecord(encodeRecord({ kind: "asset", ...asset }));
  for (let p = 0; p < POOLS; p++) state.loadRecord(poolRecord(p, PAIRS[p % 3] ?? PAIRS[0], [DEEP, DEEP]));
  state.loadRecord(poolRecord(POOLS, [1, 2], FILE_RESERVES));
  const owners = ownerAddresses(accounts, kernels, (done) => progress?.(done, accounts));
  const record = accountRecord(wealthOf(accounts));
  for (let n = 0; n < accounts; n++) {
    record.bytes.set(owners.subarray(20 * n, 20 * n + 20), AccountLayout.owner);
    record.setPool(poolOf(n));
    state.loadRecord(record.bytes);
  }
  return engine;
}

function tagOfAsset(object: number): Hex {
  const { token, shift } = object === 1 ? ETH : (TOKENS[object - 2] ?? TOKENS[0]);
  return assetTag(token, shift);
}

function poolRecord(
  salt: number,
  [asset0, asset1]: readonly [number, number],
  [reserve0, reserve1]: readonly [bigint, bigint],
): Uint8Array {
  const creator: Address = ETH.token;
  const tag = poolTag(tagOfAsset(asset0), tagOfAsset(asset1), FEE, creator, BigInt(salt));
  const numbers = { lastTime: 0n, cumulative0: 0n, cumulative1: 0n, totalShares: DEEP };
  return encodeRecord({ kind: "pool", asset0, asset1, fee: FEE, tag, reserve0, reserve1, ...numbers });
}

/** An account's record whose owner and pool are filled in again and again. */
function accountRecord(wealth: bigint) {
  const bytes = new Uint8Array(AccountLayout.tail + HOLDINGS * HoldingLayout.size);
  const view = new DataView(bytes.buffer);
  bytes[0] = RecordKind.Account;
  bytes[AccountLayout.holdingCount] = HOLDINGS;
  const holding = (i: number): number => AccountLayout.tail + i * HoldingLayout.size;
  for (let i = 0; i < HOLDINGS; i++) {
    view.setUint32(holding(i), i + 1);
    view.setBigUint64(holding(i) + HoldingLayout.amount, wealth);
  }
  // A pool's shares are shared by accounts / POOLS accounts: they hold less than there are.
  view.setBigUint64(holding(3) + HoldingLayout.amount, wealth / 1_000n);
  return { bytes, setPool: (pool: number) => view.setUint32(holding(3), holdingKey(1, pool)) };
}
