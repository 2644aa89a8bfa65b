/** Envelopes that mostly take effect: somebody uses what he has. */
import type { Engine } from "@lakh/engine";
import type { Op, PoolRecord, SignedEnvelope } from "@lakh/protocol";

import { anyone, clamp } from "../../test/engine/random-items.ts";
import { envelope } from "../../test/engine/world.ts";
import type { Random } from "../../test/support/random.ts";
import { poolsOf } from "./exact-pools.ts";

/** Holding keys from here on are shares of pools. */
const SHARES = 2 ** 28;
const ANY = 2n ** 64n - 1n;

/** Indices that are drawn to find somebody who has something. */
const DRAWS = 100;

/** One op of an account over something that it holds; somebody holds something. */
export function usefulEnvelope(engine: Engine, random: Random): SignedEnvelope {
  const { nextObject } = engine.state;
  let account = 0;
  for (let i = 0; i < DRAWS && (engine.account(account)?.holdings.length ?? 0) === 0; i++)
    account = 1 + random.below(nextObject - 1);
  const holding = random.pick(engine.account(account)?.holdings ?? []);
  const part = random.chance(0.1) ? holding.amount : 1n + (random.u64() % (holding.amount / 20n + 1n));
  const pools = [...poolsOf(engine)]
    .map(([index, pool]) => ({ index, pool }))
    .filter(({ pool: { asset0, asset1 } }) => asset0 === holding.key || asset1 === holding.key);
  const pool = pools.length === 0 ? undefined : random.pick(pools);
  const op =
    holding.key >= SHARES
      ? ({ verb: "removeLiquidity", object: holding.key - SHARES, amount: part, amount2: 0n, amount3: 0n } as const)
      : pool === undefined || random.chance(0.1)
        ? ({ verb: "withdraw", object: holding.key, party: anyone(random).address, amount: part } as const)
        : trade(random, holding.key, part, pool);
  const base = engine.account(account)?.nonceBase ?? 0n;
  return envelope(account, base + BigInt(random.below(256)), [op]);
}

/** Pays up to `part` of `asset` into a pool. */
function trade(random: Random, asset: number, part: bigint, { index, pool }: { index: number; pool: PoolRecord }): Op {
  const isFirst = asset === pool.asset0;
  const way = random.below(3);
  if (way === 0) {
    const other = isFirst ? (part * pool.reserve1) / pool.reserve0 : (part * pool.reserve0) / pool.reserve1;
    const [amount, amount2] = isFirst ? [part, clamp(other + 1n)] : [clamp(other + 1n), part];
    return { verb: "addLiquidity", object: index, amount, amount2, amount3: 0n };
  }
  if (way === 1) return { verb: isFirst ? "swapExactIn0" : "swapExactIn1", object: index, amount: part, amount2: 0n };
  const reserveOut = isFirst ? pool.reserve1 : pool.reserve0;
  const amount = 1n + (random.u64() % (reserveOut / 50n + 1n));
  return { verb: isFirst ? "swapExactOut0" : "swapExactOut1", object: index, amount, amount2: ANY };
}
