/** Seeded random states, far from genesis: full accounts, nonces at the edge of 64 bits, pools of every shape. */
import { Engine } from "@lakh/engine";
import { loadKernels, rememberSigners } from "@lakh/kernels";
import {
  Facet,
  MAX_HOLDINGS,
  MAX_POOL_FEE,
  MAX_SESSION_OBJECTS,
  SESSION_VERBS,
  ZERO_ADDRESS,
  concat,
  encodeRecord,
  holdingKey,
  toHex,
  type AccountRecord,
  type Holding,
  type PoolRecord,
  type Session,
  type StateRecord,
} from "@lakh/protocol";

import { State } from "../../packages/engine/src/state.ts";
import { config, person, token } from "../engine/world.ts";
import type { Random } from "../support/random.ts";

/** Those that a node would run on, here; `LAKH_KERNELS` names others. */
const kernels = await loadKernels();

const U64_MAX = 2n ** 64n - 1n;
/** As in test/engine/random-items.ts, whose items are signed by these. */
const PEOPLE = 6;
const SESSION_KEYS = 100;

interface Shape {
  readonly assets: number[];
  /** By index, so that accounts never hold more shares than there are. */
  readonly pools: ReadonlyMap<number, PoolRecord>;
  readonly objects: number;
  readonly time: bigint;
}

/** An engine in a random state, between two entries. */
export function randomEngine(random: Random): Engine {
  const state = new State();
  const kinds = randomKinds(random);
  const indices = (kind: Kind) => kinds.flatMap((k, i) => (k === kind ? [i + 1] : []));
  const time = random.chance(0.05) ? U64_MAX - BigInt(random.below(2000)) : BigInt(random.u32());
  const assets = indices("asset");
  const pools = new Map(indices("pool").map((index) => [index, randomPool(random, assets, time)]));
  const shape = { assets, pools, objects: kinds.length, time };
  kinds.forEach((kind, i) => state.loadRecord(encodeRecord(randomRecord(random, kind, i + 1, shape))));
  const exits = random.below(20);
  state.exits.load(concat(...Array.from({ length: exits }, () => encodeRecord(randomExit(random)))), exits);
  state.time = time;
  state.entry = random.u64() >> 1n;
  state.fees = random.chance(0.1) ? U64_MAX - BigInt(random.below(30_000)) : random.u64();
  return new Engine(config, rememberSigners(kernels, 2), state);
}

type Kind = "asset" | "account" | "pool";

/** Object 1 is ETH; there are at least two assets and an account. */
function randomKinds(random: Random): Kind[] {
  const kinds: Kind[] = ["asset", "asset", "account"];
  const count = random.chance(0.1) ? 100 + random.below(300) : random.below(30);
  for (let i = 0; i < count; i++) kinds.push(random.pick(["asset", "account", "account", "account", "pool"]));
  return kinds;
}

function randomRecord(random: Random, kind: Kind, index: number, shape: Shape): StateRecord {
  if (kind === "account") return randomAccount(random, shape);
  if (kind === "pool") return shape.pools.get(index) as PoolRecord;
  return index === 1
    ? { kind: "asset", token: ZERO_ADDRESS, shift: 9 }
    : { kind: "asset", token: token(index), shift: random.below(37) };
}

function randomPool(random: Random, assets: readonly number[], time: bigint): PoolRecord {
  const first = random.below(assets.length - 1);
  const second = first + 1 + random.below(assets.length - 1 - first);
  const reserve = (): bigint => (random.chance(0.8) ? 1_000_000n + BigInt(random.u32()) : random.u64() || 1n);
  const age = random.chance(0.2) ? 0n : BigInt(random.below(100_000));
  return {
    kind: "pool",
    asset0: assets[first] as number,
    asset1: assets[second] as number,
    fee: random.chance(0.2) ? random.pick([0, MAX_POOL_FEE]) : random.below(MAX_POOL_FEE + 1),
    tag: toHex(random.bytes(32)),
    reserve0: reserve(),
    reserve1: reserve(),
    totalShares: 1_000_000n + (random.chance(0.8) ? BigInt(random.u32()) : random.u64() >> 1n),
    lastTime: time > age ? time - age : 0n,
    cumulative0: (random.u64() << 64n) | random.u64(),
    cumulative1: (random.u64() << 64n) | random.u64(),
  };
}

function randomAccount(random: Random, shape: Shape): AccountRecord {
  const sessionless = random.chance(0.5);
  return {
    kind: "account",
    owner: person(random.below(PEOPLE)).address,
    signerKind: random.chance(0.97) ? 0 : 1 + random.below(255),
    nonceBase: random.chance(0.1) ? U64_MAX - BigInt(random.below(600)) : random.u64() >> 1n,
    nonceBits: randomBits(random),
    ...(sessionless ? {} : { session: randomSession(random, shape) }),
    holdings: randomHoldings(random, shape),
  };
}

function randomBits(random: Random): bigint {
  if (random.chance(0.2)) return 0n;
  if (random.chance(0.1)) return 2n ** 256n - 1n;
  const word = (): bigint => BigInt(toHex(random.bytes(32)));
  return random.chance(0.5) ? word() & word() & word() : word();
}

function randomSession(random: Random, { objects, pools, time }: Shape): Session {
  const expiry = random.chance(0.8) ? time + BigInt(random.below(5000)) : random.u64();
  const scope = random.chance(0.2) ? MAX_SESSION_OBJECTS : random.below(MAX_SESSION_OBJECTS + 1);
  const candidates =
    random.chance(0.8) && pools.size > 0 ? [...pools.keys()] : Array.from({ length: objects }, (_, i) => i + 1);
  return {
    key: person(SESSION_KEYS + random.below(2)).address,
    expiry: expiry > U64_MAX ? U64_MAX : expiry,
    mask: random.chance(0.8) ? SESSION_VERBS : random.u32(),
    budget: random.chance(0.7) ? 1_000_000n : random.chance(0.5) ? 0n : random.u64(),
    objects: [...new Set(Array.from({ length: scope }, () => random.pick(candidates)))],
  };
}

/** Counts around the limits 32 and 64 are frequent; so are amounts near the top. */
function randomHoldings(random: Random, { assets, pools, objects }: Shape): Holding[] {
  const count = random.chance(0.6) ? 3 + random.below(12) : random.pick([0, 30, 31, 32, 33, 62, 63, 64]);
  const useful = [...assets, ...[...pools.keys()].map((pool) => holdingKey(Facet.Shares, pool))];
  const keys = new Set<number>();
  const enough = Math.min(count, MAX_HOLDINGS);
  if (enough > 0 && random.chance(0.9)) keys.add(1);
  for (let i = 0; i < 2 * enough && keys.size < enough; i++) if (random.chance(0.7)) keys.add(random.pick(useful));
  while (keys.size < enough) keys.add(random.below(2 ** 28) + random.below(2) * 2 ** 28);
  const amount = (key: number): bigint => {
    const pool = key < holdingKey(Facet.Shares, 0) ? undefined : pools.get(key - holdingKey(Facet.Shares, 0));
    if (pool !== undefined) return 1n + (random.u64() % ((pool.totalShares - 1000n) / BigInt(objects) || 1n));
    if (random.chance(0.05)) return random.chance(0.5) ? U64_MAX - BigInt(random.below(1000)) : 1n;
    return 1n + (random.chance(0.8) ? BigInt(random.u32()) * 1000n : random.u64() >> 1n);
  };
  return [...keys].sort((a, b) => a - b).map((key) => ({ key, amount: amount(key) }));
}

function randomExit(random: Random): StateRecord {
  const record = { kind: "exit", token: token(random.below(9)), shift: 3, amount: random.u64() } as const;
  return { ...record, recipient: person(random.below(PEOPLE)).address };
}
