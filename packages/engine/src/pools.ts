/** Constant-product pools: the record's fields, accrual and the formulas (docs/spec/machine.md, "The ops"). */
import { FEE_DENOMINATOR, Outcome, PoolLayout } from "@lakh/protocol";

import type { Execution } from "./execution.ts";
import { balanceKey, lower, raise } from "./holdings.ts";
import { fitsUnits, mulDivDown } from "./math.ts";
import type { State } from "./state.ts";

const MILLION = BigInt(FEE_DENOMINATOR);
const PRICE_BITS = 64n;

/** Where a pool record holds an amount or a time of 8 bytes. */
type PoolField =
  typeof PoolLayout.reserve0 | typeof PoolLayout.reserve1 | typeof PoolLayout.totalShares | typeof PoolLayout.lastTime;

export function poolField(state: State, pool: number, field: PoolField): bigint {
  return state.arena.view.getBigUint64(state.at(pool) + field);
}

/** Writes a field of a pool that has been touched. */
export function setPoolField(state: State, pool: number, field: PoolField, value: bigint): void {
  state.arena.view.setBigUint64(state.at(pool) + field, value);
}

/** Where the reserve of asset 0 or 1 stands. */
export function reserveOf(side: 0 | 1): PoolField {
  return side === 0 ? PoolLayout.reserve0 : PoolLayout.reserve1;
}

export function otherSide(side: 0 | 1): 0 | 1 {
  return side === 0 ? 1 : 0;
}

/** Object of asset 0 or 1 of a pool. */
export function poolAsset(state: State, pool: number, side: 0 | 1): number {
  return state.arena.view.getUint32(state.at(pool) + (side === 0 ? PoolLayout.asset0 : PoolLayout.asset1));
}

/** Fee of a pool, millionths. */
export function poolFee(state: State, pool: number): bigint {
  const { view } = state.arena;
  const at = state.at(pool) + PoolLayout.fee;
  return BigInt((view.getUint16(at) << 8) | view.getUint8(at + 2));
}

/** Brings the price accumulators of a pool up to the state's time. */
export function accrue(state: State, pool: number): void {
  const lastTime = poolField(state, pool, PoolLayout.lastTime);
  if (state.time <= lastTime) return;
  const seconds = state.time - lastTime;
  state.touch(pool);
  const at = state.at(pool);
  const reserve0 = poolField(state, pool, PoolLayout.reserve0);
  const reserve1 = poolField(state, pool, PoolLayout.reserve1);
  addCumulative(state, at + PoolLayout.cumulative0, ((reserve1 << PRICE_BITS) / reserve0) * seconds);
  addCumulative(state, at + PoolLayout.cumulative1, ((reserve0 << PRICE_BITS) / reserve1) * seconds);
  setPoolField(state, pool, PoolLayout.lastTime, state.time);
}

/** Adds to a 192-bit accumulator; it cannot overflow (docs/spec/records.md). */
function addCumulative(state: State, at: number, increase: bigint): void {
  const { view } = state.arena;
  const old = (view.getBigUint64(at) << 128n) | (view.getBigUint64(at + 8) << 64n) | view.getBigUint64(at + 16);
  const sum = old + increase;
  view.setBigUint64(at, sum >> 128n);
  view.setBigUint64(at + 8, BigInt.asUintN(64, sum >> 64n));
  view.setBigUint64(at + 16, BigInt.asUintN(64, sum));
}

/** What `amountIn` buys, rounded down. R = reserve of the asset in, Q = of the asset out; fee in millionths. */
export function amountOutDown(amountIn: bigint, reserveIn: bigint, reserveOut: bigint, fee: bigint): bigint {
  const inAfterFee = amountIn * (MILLION - fee);
  return mulDivDown(inAfterFee, reserveOut, reserveIn * MILLION + inAfterFee);
}

/** What `amountOut` < `reserveOut` costs: rounded down plus one, so never less than its price. */
export function amountInUp(amountOut: bigint, reserveIn: bigint, reserveOut: bigint, fee: bigint): bigint {
  return mulDivDown(reserveIn * amountOut, MILLION, (reserveOut - amountOut) * (MILLION - fee)) + 1n;
}

/** What a deposit of at most (max0, max1) adds to a pool: both amounts rounded down, and the shares, rounded down. */
export function liquidityDown(
  max0: bigint,
  max1: bigint,
  reserve0: bigint,
  reserve1: bigint,
  totalShares: bigint,
): { amount0: bigint; amount1: bigint; shares: bigint } {
  const matching1 = mulDivDown(max0, reserve1, reserve0);
  const amount0 = matching1 <= max1 ? max0 : mulDivDown(max1, reserve0, reserve1);
  const amount1 = matching1 <= max1 ? matching1 : max1;
  const shares0 = mulDivDown(amount0, totalShares, reserve0);
  const shares1 = mulDivDown(amount1, totalShares, reserve1);
  return { amount0, amount1, shares: shares0 < shares1 ? shares0 : shares1 };
}

/** Ends a swap: the pool's limits, then the signer's holdings, then the reserves. */
export function trade(x: Execution, pool: number, sideIn: 0 | 1, amountIn: bigint, amountOut: bigint): Outcome {
  const { state, account } = x;
  const sideOut = otherSide(sideIn);
  const reserveIn = poolField(state, pool, reserveOf(sideIn)) + amountIn;
  if (!fitsUnits(reserveIn)) return Outcome.Overflow;
  const lowered = lower(state, account, balanceKey(poolAsset(state, pool, sideIn)), amountIn);
  if (lowered !== Outcome.Ok) return lowered;
  const raised = raise(state, account, balanceKey(poolAsset(state, pool, sideOut)), amountOut, x.ownerSigned);
  if (raised !== Outcome.Ok) return raised;
  state.touch(pool);
  setPoolField(state, pool, reserveOf(sideIn), reserveIn);
  setPoolField(state, pool, reserveOf(sideOut), poolField(state, pool, reserveOf(sideOut)) - amountOut);
  return Outcome.Ok;
}
