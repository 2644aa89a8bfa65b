/** What the file's swaps need: who pays what, and how deep the pool starts. Pure. */
import type { Hex } from "@lakh/protocol";

import type { SwapRow } from "./rows.ts";

/** A token of the pair on L2. */
export interface PairAsset {
  readonly shift: number;
  readonly decimals: number;
}

export interface PlannedSwap {
  readonly line: number;
  readonly trader: number;
  /** Which token of the pair goes in. */
  readonly tokenIn: 0 | 1;
  /** L2 units, rounded down. */
  readonly amountIn: bigint;
}

export interface Trader {
  readonly txHash: Hex;
  swaps: number;
  /** L2 units of token 0 and token 1 that its swaps pay. */
  readonly needs: [bigint, bigint];
}

export interface Plan {
  readonly swaps: readonly PlannedSwap[];
  readonly traders: readonly Trader[];
  /** What the pool starts with: the first row's price, ten times what all rows pay in. */
  readonly seed: readonly [bigint, bigint];
}

const DEPTH = 10n;

/** One trader a transaction hash, in the order of the rows. */
export function planReplay(rows: readonly SwapRow[], pair: readonly [PairAsset, PairAsset]): Plan {
  const unit = pair.map(({ shift }) => 10n ** BigInt(shift)) as [bigint, bigint];
  const byHash = new Map<Hex, number>();
  const traders: Trader[] = [];
  const swaps = rows.map((row): PlannedSwap => {
    const tokenIn = row.amount0 > 0n ? 0 : 1;
    const amountIn = (tokenIn === 0 ? row.amount0 : row.amount1) / unit[tokenIn];
    let trader = byHash.get(row.txHash);
    if (trader === undefined) {
      trader = traders.push({ txHash: row.txHash, swaps: 0, needs: [0n, 0n] }) - 1;
      byHash.set(row.txHash, trader);
    }
    const known = traders[trader] as Trader;
    known.swaps++;
    known.needs[tokenIn] += amountIn;
    return { line: row.line, trader, tokenIn, amountIn };
  });
  return { swaps, traders, seed: seedOf(rows[0] as SwapRow, traders, unit) };
}

function seedOf(first: SwapRow, traders: readonly Trader[], unit: readonly [bigint, bigint]): [bigint, bigint] {
  const price0 = abs(first.amount0);
  const price1 = abs(first.amount1);
  const paid0 = traders.reduce((sum, { needs }) => sum + needs[0], 0n) * unit[0];
  const paid1 = traders.reduce((sum, { needs }) => sum + needs[1], 0n) * unit[1];
  const all1 = paid1 + (paid0 * price1) / price0;
  const depth1 = all1 * DEPTH;
  return [(depth1 * price0) / price1 / unit[0], depth1 / unit[1]];
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** What a swap of exactly `amountIn` gives (docs/spec/machine.md): floor(in·f·Q / (R·10^6 + in·f)). */
export function amountOut(reserveIn: bigint, reserveOut: bigint, feePips: number, amountIn: bigint): bigint {
  const paid = amountIn * BigInt(1_000_000 - feePips);
  return (paid * reserveOut) / (reserveIn * 1_000_000n + paid);
}
