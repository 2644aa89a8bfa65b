/**
 * Pools in exact fractions: what an op may give at most, told without the engine's formulas. Amounts are compared by
 * cross-multiplication, so nothing here is rounded.
 */
import type { Engine } from "@lakh/engine";
import type { Op, PoolRecord } from "@lakh/protocol";
import { expect } from "chai";

const MILLION = 1_000_000n;

/** The value n / d. */
interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export type Pools = ReadonlyMap<number, PoolRecord>;

export function poolsOf(engine: Engine): Pools {
  const pools = new Map<number, PoolRecord>();
  for (let i = 1; i < engine.machine().nextObject; i++) {
    const pool = engine.pool(i);
    if (pool !== undefined) pools.set(i, pool);
  }
  return pools;
}

/**
 * What an envelope did to the pools never pays its signer: no share is worth less than before, and a single op gave what
 * it is worth, less than one unit rounded off, and took what it costs, at most one unit rounded up.
 * @returns the ops that were compared
 */
export function checkRounding(before: Pools, after: Pools, ops: readonly Op[]): readonly string[] {
  for (const [index, pool] of after) {
    const old = before.get(index);
    if (old !== undefined) checkShareValue(old, pool);
  }
  const [op] = ops;
  if (op === undefined || ops.length > 1) return [];
  const made = [...after].find(([index]) => !before.has(index))?.[1];
  if (op.verb === "createPool" && made !== undefined) checkCreation(made);
  const [old, pool] = [before.get(op.object ?? 0), after.get(op.object ?? 0)];
  if (old !== undefined && pool !== undefined) checkOp(op, old, pool);
  return [op.verb];
}

/** (x / S)(y / S) never falls. */
function checkShareValue(old: PoolRecord, pool: PoolRecord): void {
  const before = old.reserve0 * old.reserve1 * pool.totalShares ** 2n;
  const after = pool.reserve0 * pool.reserve1 * old.totalShares ** 2n;
  expect(after >= before, `a share lost value: ${show(old)} → ${show(pool)}`).to.equal(true);
}

/** S = √(x y), rounded down. */
function checkCreation({ reserve0, reserve1, totalShares }: PoolRecord): void {
  const product = reserve0 * reserve1;
  expect(totalShares ** 2n <= product && product < (totalShares + 1n) ** 2n, "first shares").to.equal(true);
}

function checkOp(op: Op, old: PoolRecord, pool: PoolRecord): void {
  const grown = [pool.reserve0 - old.reserve0, pool.reserve1 - old.reserve1] as const;
  const what = `${op.verb}: ${show(old)} → ${show(pool)}`;
  const swap = (side: 0 | 1, isOut: boolean): void => {
    const [x, y] = side === 0 ? [old.reserve0, old.reserve1] : [old.reserve1, old.reserve0];
    const [paid, got] = side === 0 ? [grown[0], -grown[1]] : [grown[1], -grown[0]];
    const kept = MILLION - BigInt(old.fee);
    // Paying dx moves the pool along x y = const by dx (1 − fee).
    if (!isOut) expectBelow(got, { n: y * paid * kept, d: x * MILLION + paid * kept }, what);
    else expectAbove(paid, { n: x * got * MILLION, d: (y - got) * kept }, what);
  };
  const shares = pool.totalShares - old.totalShares;
  switch (op.verb) {
    case "swapExactIn0":
    case "swapExactIn1":
      swap(op.verb === "swapExactIn0" ? 0 : 1, false);
      break;
    case "swapExactOut0":
    case "swapExactOut1":
      swap(op.verb === "swapExactOut0" ? 0 : 1, true);
      break;
    case "addLiquidity": {
      const worth = [
        { n: grown[0] * old.totalShares, d: old.reserve0 },
        { n: grown[1] * old.totalShares, d: old.reserve1 },
      ] as const;
      expectBelow(shares, worth[0].n * worth[1].d < worth[1].n * worth[0].d ? worth[0] : worth[1], what);
      break;
    }
    case "removeLiquidity":
      expectBelow(-grown[0], { n: old.reserve0 * -shares, d: old.totalShares }, what);
      expectBelow(-grown[1], { n: old.reserve1 * -shares, d: old.totalShares }, what);
      break;
    default: // changes no pool
      expect(grown, what).to.deep.equal([0n, 0n]);
  }
}

/** What was given is at most its worth, and less than a unit below it. */
function expectBelow(given: bigint, { n, d }: Fraction, what: string): void {
  expect(given * d <= n && n < (given + 1n) * d, `${what}: gave ${given} of ${n}/${d}`).to.equal(true);
}

/** What was taken is at least the price, and at most a unit above it. */
function expectAbove(taken: bigint, { n, d }: Fraction, what: string): void {
  expect(taken * d >= n && (taken - 1n) * d <= n, `${what}: took ${taken} of ${n}/${d}`).to.equal(true);
}

function show({ reserve0, reserve1, totalShares }: PoolRecord): string {
  return `(${reserve0}, ${reserve1}; ${totalShares})`;
}
