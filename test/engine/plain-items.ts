/** Envelopes with one op aimed at the edges of what succeeds: one unit more or less, one nonce more or less. */
import { type Engine, amountInUp, amountOutDown, liquidityDown } from "@lakh/engine";
import {
  type AccountRecord,
  type Address,
  ETH_ASSET,
  OBJECT_LIMIT,
  type Op,
  type PoolRecord,
  type SignedEnvelope,
  ZERO_ADDRESS,
  concat,
  encodeEnvelope,
  fromHex,
  toHex,
} from "@lakh/protocol";

import type { Random } from "../support/random.ts";
import { anyone, clamp, randomOp } from "./random-items.ts";
import { FIRST_ACCOUNT, FIRST_POOL, SESSION_KEY, U64_MAX, WORLD_END, someUnits } from "./plain-world.ts";
import { envelope } from "./world.ts";

export const PLAIN_VERBS = [
  "transfer",
  "addLiquidity",
  "removeLiquidity",
  "swapExactIn0",
  "swapExactIn1",
  "swapExactOut0",
  "swapExactOut1",
] as const;
type PlainVerb = (typeof PLAIN_VERBS)[number];
const OTHER_VERBS = [
  "openAccount",
  "withdraw",
  "createPool",
  "cancelNonces",
  "setSessionKey",
  "clearSessionKey",
] as const;

/** An envelope, and who is said to have signed it. */
export interface SignedItem {
  readonly item: Uint8Array;
  readonly signer: Address;
}

/** What is aimed at: an account and what it holds. */
interface Aim {
  readonly engine: Engine;
  readonly random: Random;
  readonly index: number;
  readonly account: AccountRecord;
}

const inUnits = (value: bigint): bigint => (value < 0n ? 0n : clamp(value));
const holds = ({ account }: Aim, key: number): bigint => account.holdings.find((one) => one.key === key)?.amount ?? 0n;

/** The value, or a neighbour of it. */
function near(random: Random, value: bigint): bigint {
  return inUnits(value + random.pick([-1n, 0n, 0n, 1n]));
}

/** A sensible part of `most`, its edge, or anything. */
function upTo(random: Random, most: bigint): bigint {
  if (random.chance(0.12)) return near(random, most);
  if (random.chance(0.1)) return random.chance(0.1) ? 0n : someUnits(random);
  return 1n + (random.u64() % (most / random.pick([1n, 10n, 1000n, 100_000n]) + 1n));
}

/** No limit, the exact limit or a neighbour of it. */
function limit(random: Random, exact: bigint, none: bigint): bigint {
  return random.chance(0.6) ? none : near(random, exact);
}

function transferOp(aim: Aim): Op {
  const { random, engine } = aim;
  const object = random.chance(0.95) ? ETH_ASSET + random.below(5) : 1 + random.below(WORLD_END + 1);
  const anything = random.pick([aim.index, 1, FIRST_POOL, engine.state.nextObject, OBJECT_LIMIT - 1]);
  const object2 = random.chance(0.93) ? FIRST_ACCOUNT + random.below(WORLD_END - FIRST_ACCOUNT) : anything;
  const theirs = engine.account(object2)?.holdings.find(({ key }) => key === object)?.amount ?? 0n;
  const amount = random.chance(0.1) ? near(random, U64_MAX - theirs) : upTo(random, holds(aim, object));
  return { verb: "transfer", object, object2, amount };
}

function addOp({ random, ...aim }: Aim, object: number, pool: PoolRecord): Op {
  const { asset0, asset1, reserve0, reserve1, totalShares } = pool;
  const amount = upTo(random, holds({ random, ...aim }, asset0)) || 1n;
  const matching = inUnits((amount * reserve1) / reserve0);
  const amount2 = (random.chance(0.6) ? near(random, matching) : upTo(random, holds({ random, ...aim }, asset1))) || 1n;
  const { shares } = liquidityDown(amount, amount2, reserve0, reserve1, totalShares);
  return { verb: "addLiquidity", object, amount, amount2, amount3: limit(random, shares, 0n) };
}

function removeOp(aim: Aim, object: number, { reserve0, reserve1, totalShares }: PoolRecord): Op {
  const { random } = aim;
  const held = holds(aim, OBJECT_LIMIT + object);
  const amount = random.chance(0.1) ? near(random, totalShares) : upTo(random, held < totalShares ? held : totalShares);
  const amount2 = limit(random, (amount * reserve0) / totalShares, 0n);
  return {
    verb: "removeLiquidity",
    object,
    amount,
    amount2,
    amount3: limit(random, (amount * reserve1) / totalShares, 0n),
  };
}

function swapOp(aim: Aim, verb: PlainVerb, object: number, pool: PoolRecord): Op {
  const { random } = aim;
  const is0 = verb.endsWith("0");
  const [assetIn, reserveIn, reserveOut] = is0
    ? [pool.asset0, pool.reserve0, pool.reserve1]
    : [pool.asset1, pool.reserve1, pool.reserve0];
  const fee = BigInt(pool.fee);
  if (verb === "swapExactIn0" || verb === "swapExactIn1") {
    const amount = random.chance(0.1) ? near(random, U64_MAX - reserveIn) : upTo(random, holds(aim, assetIn));
    const out = amount === 0n ? 0n : amountOutDown(amount, reserveIn, reserveOut, fee);
    return { verb, object, amount, amount2: limit(random, out, 0n) };
  }
  const swap = verb === "swapExactOut0" ? "swapExactOut0" : "swapExactOut1";
  const held = holds(aim, assetIn);
  const affordable = held === 0n ? 1n : amountOutDown(held, reserveIn, reserveOut, fee);
  const amount = random.chance(0.1) ? near(random, reserveOut) : upTo(random, affordable);
  const cost = amount < reserveOut ? amountInUp(amount, reserveIn, reserveOut, fee) : U64_MAX;
  return { verb: swap, object, amount, amount2: limit(random, cost, U64_MAX) };
}

function plainOp(aim: Aim): Op {
  const { engine, random } = aim;
  const verb = random.pick(PLAIN_VERBS);
  if (verb === "transfer") return transferOp(aim);
  const object = FIRST_POOL + random.below(FIRST_ACCOUNT - FIRST_POOL);
  const pool = engine.pool(object);
  if (pool === undefined || random.chance(0.02)) return randomOp(engine, random, aim.index, verb);
  if (verb === "addLiquidity") return addOp(aim, object, pool);
  return verb === "removeLiquidity" ? removeOp(aim, object, pool) : swapOp(aim, verb, object, pool);
}

/** A nonce of the window: mostly the lowest unused ones, else its edges. */
function someNonce({ random, account }: Aim): bigint {
  const { nonceBase: base, nonceBits: bits } = account;
  if (random.chance(0.85)) {
    for (let bit = BigInt(random.below(250)); bit < 256n; bit++)
      if (((bits >> bit) & 1n) === 0n) return inUnits(base + bit);
    return inUnits(base + 256n + BigInt(random.below(random.pick([2, 70, 256]))));
  }
  return inUnits(base + random.pick([-1n, 0n, 1n, 63n, 64n, 254n, 255n, 256n, 257n, 319n, 320n, 510n, 511n, 512n]));
}

/** What of the ETH is left when the op was executed, about: a fee to the unit. */
function wholeFee(aim: Aim, op: Op): bigint {
  const eth = holds(aim, ETH_ASSET);
  const amounts = op as { amount?: bigint; amount2?: bigint; object?: number };
  if (op.verb === "transfer" && op.object === ETH_ASSET) return near(aim.random, eth - (amounts.amount ?? 0n));
  if (op.verb === "swapExactIn1" && aim.engine.pool(amounts.object ?? 0)?.asset0 === ETH_ASSET)
    return near(aim.random, eth + (amounts.amount2 ?? 0n));
  return near(aim.random, aim.random.chance(0.5) ? eth : U64_MAX - aim.engine.state.fees);
}

function someSigner({ random, account }: Aim): Address {
  if (random.chance(0.97)) return account.owner;
  const almost = fromHex(account.owner);
  const at = random.below(almost.length);
  almost[at] = (almost[at] as number) ^ (1 << random.below(8));
  return random.pick([ZERO_ADDRESS, SESSION_KEY, anyone(random).address, toHex(almost)]);
}

/** Bytes that are an envelope no more, or another one. */
function spoil(random: Random, item: Uint8Array): Uint8Array {
  switch (random.below(4)) {
    case 0:
      return concat(item, Uint8Array.of(random.below(256)));
    case 1:
      return item.slice(0, random.below(item.length) || 1);
    case 2: {
      const at = 1 + random.below(item.length - 1); // a byte that stands for itself, in one byte too many
      return concat(item.subarray(0, at), Uint8Array.of(0x80), item.subarray(at));
    }
    default: {
      const changed = item.slice();
      changed[random.below(Math.min(24, item.length))] = random.below(256);
      return changed;
    }
  }
}

/** An envelope of one of the accounts, and who is said to have signed it. */
export function aimedEnvelope(engine: Engine, random: Random): SignedItem {
  const index = FIRST_ACCOUNT + random.below(WORLD_END - FIRST_ACCOUNT);
  const account = engine.account(index);
  if (account === undefined) throw new RangeError(`object ${index} of the world is no account`);
  const aim = { engine, random, index, account };
  const op = random.chance(0.96) ? plainOp(aim) : randomOp(engine, random, index, random.pick(OTHER_VERBS));
  const ops = random.chance(0.98) ? [op] : [op, plainOp(aim)];
  const more: Partial<SignedEnvelope> = {
    fee: random.chance(0.06) ? wholeFee(aim, op) : BigInt(random.below(3)),
    validUntil: random.chance(0.93) ? 0n : near(random, engine.state.time),
  };
  const named = random.chance(0.99) ? index : random.pick([1, FIRST_POOL, engine.state.nextObject, OBJECT_LIMIT - 1]);
  const item = encodeEnvelope(envelope(named, someNonce(aim), ops, more));
  return { item: random.chance(0.02) ? spoil(random, item) : item, signer: someSigner(aim) };
}
