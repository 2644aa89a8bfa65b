/** States full of edge values for the comparison of plain envelopes: records are loaded as they are, not played. */
import type { Engine } from "@lakh/engine";
import {
  type AccountRecord,
  type Address,
  ETH_ASSET,
  FEE_DENOMINATOR,
  LOCKED_SHARES,
  MAX_HOLDINGS,
  MAX_POOL_FEE,
  OBJECT_LIMIT,
  type PoolRecord,
  SESSION_VERBS,
  ZERO_ADDRESS,
  ZERO_HASH,
  encodeRecord,
} from "@lakh/protocol";

import type { Random } from "../support/random.ts";
import { person, token } from "./world.ts";

export const U64_MAX = 2n ** 64n - 1n;
/** Assets, ETH included: enough for an account with as many holdings as there may be. */
const ASSETS = MAX_HOLDINGS + 4;
/** Assets that pools are of, from ETH on. */
const TRADED = 4;
const POOLS = 10;
const ACCOUNTS = 24;
export const FIRST_POOL = ASSETS + 1;
export const FIRST_ACCOUNT = FIRST_POOL + POOLS;
/** The first object that is not there. */
export const WORLD_END = FIRST_ACCOUNT + ACCOUNTS;

/** Most shares of an account in a pool. */
const MOST_SHARES = 2n ** 58n;

const PEOPLE: readonly Address[] = Array.from({ length: 5 }, (_, i) => person(i).address);
export const SESSION_KEY = person(100).address;
const EDGES = [
  1n,
  2n,
  3n,
  999n,
  1000n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 32n + 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
];

/** An amount of 64 bits, above zero: often an edge, else of any size. */
export function someUnits(random: Random): bigint {
  if (random.chance(0.3)) return random.pick(EDGES);
  if (random.chance(0.15)) return U64_MAX - BigInt(random.below(4));
  return random.u64() || 1n;
}

/** An amount whose products with others and with a million take more than 128 bits. */
function deep(random: Random): bigint {
  return 2n ** 60n + random.u64() / 4n;
}

/** @param shares what accounts hold of it */
function somePool(random: Random, time: bigint, shares: bigint): PoolRecord {
  const least = shares + BigInt(LOCKED_SHARES);
  const asset0 = ETH_ASSET + random.below(TRADED - 1);
  const kind = random.below(4);
  const ordinary = (): bigint => 10n ** 9n + random.u64() / 2n ** 16n;
  const reserve = (): bigint => (kind === 0 ? someUnits(random) : kind === 1 ? deep(random) : ordinary());
  return {
    kind: "pool",
    asset0,
    asset1: asset0 + 1 + random.below(ETH_ASSET + TRADED - asset0 - 1),
    fee: random.pick([0, 1, 255, 256, 3000, 65_535, 65_536, MAX_POOL_FEE, MAX_POOL_FEE, FEE_DENOMINATOR - 1]),
    tag: ZERO_HASH,
    reserve0: reserve(),
    reserve1: reserve(),
    totalShares: random.chance(0.7) ? least : least + (someUnits(random) % (U64_MAX - least + 1n)),
    lastTime: time - random.pick([0n, 0n, 0n, 0n, 1n, time, -1n]),
    cumulative0: 2n ** 191n + random.u64(),
    cumulative1: random.u64(),
  };
}

/** Keys that ops can name first, then some of those that they cannot. */
function someKeys(random: Random): number[] {
  const named = [
    ...Array.from({ length: TRADED }, (_, i) => ETH_ASSET + i),
    ...Array.from({ length: POOLS }, (_, i) => OBJECT_LIMIT + FIRST_POOL + i),
  ].filter(() => random.chance(0.9));
  const most = random.pick([0, 0, 0, 31, 32, 33, MAX_HOLDINGS - 1, MAX_HOLDINGS]);
  const others = Array.from({ length: Math.max(0, most - named.length) }, (_, i) => ETH_ASSET + TRADED + i);
  return [...named, ...others].sort((a, b) => a - b);
}

/** Shares are few enough for what all accounts have together. */
function someAmount(random: Random, key: number): bigint {
  const amount = random.chance(0.2) ? someUnits(random) : random.chance(0.3) ? deep(random) : 10n ** 12n;
  return key < OBJECT_LIMIT ? amount : (amount % MOST_SHARES) + 1n;
}

function sharesHeld(accounts: readonly AccountRecord[], pool: number): bigint {
  const holdings = accounts.flatMap((account) => account.holdings.filter(({ key }) => key === OBJECT_LIMIT + pool));
  return holdings.reduce((sum, { amount }) => sum + amount, 0n);
}

function someBase(random: Random): bigint {
  return random.chance(0.6)
    ? random.pick([0n, 2n ** 32n - 300n, 2n ** 63n - 256n, 2n ** 64n - 600n])
    : U64_MAX - BigInt(random.below(600));
}

function someAccount(random: Random): AccountRecord {
  const session = {
    key: SESSION_KEY,
    expiry: U64_MAX,
    mask: SESSION_VERBS,
    budget: someUnits(random),
    objects: Array.from({ length: random.below(9) }, (_, i) => FIRST_POOL + i),
  };
  return {
    kind: "account",
    owner: random.chance(0.02) ? ZERO_ADDRESS : random.pick(PEOPLE),
    signerKind: random.chance(0.02) ? 1 : 0,
    nonceBase: someBase(random),
    nonceBits: random.pick([
      0n,
      1n,
      2n ** 255n,
      2n ** 256n - 1n,
      BigInt(`0x${Buffer.from(random.bytes(32)).toString("hex")}`),
    ]),
    ...(random.chance(0.4) ? { session } : {}),
    holdings: someKeys(random).map((key) => ({ key, amount: someAmount(random, key) })),
  };
}

/** Fills engines that have ETH alone with the same state. */
export function loadWorld(engines: readonly Engine[], random: Random, time: bigint): void {
  const accounts = Array.from({ length: ACCOUNTS }, () => someAccount(random));
  const records = [
    ...Array.from({ length: ASSETS - 1 }, (_, i) => ({ kind: "asset", token: token(i), shift: i % 37 }) as const),
    ...Array.from({ length: POOLS }, (_, i) => somePool(random, time, sharesHeld(accounts, FIRST_POOL + i))),
    ...accounts,
  ].map(encodeRecord);
  const fees = random.pick([0n, 1n, random.u64(), U64_MAX - BigInt(random.below(3000))]);
  for (const engine of engines) {
    for (const record of records) engine.state.loadRecord(record);
    engine.state.fees = fees;
    engine.state.time = time;
  }
}
