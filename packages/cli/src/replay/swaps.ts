/** Sends the swaps, in the order of the file. */
import type { Hex } from "@lakh/protocol";
import { type LakhClient, type SignedItem, RefusedError } from "@lakh/sdk";

import type { Market } from "./market.ts";
import { type PlannedSwap, amountOut } from "./plan.ts";
import { type TraderAccount, sendPatiently, signAs } from "./traders.ts";

export interface SwapsResult {
  readonly accepted: number;
  /** How many were refused, by outcome name or error code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Lines refused, the first hundred. */
  readonly refusedLines: readonly { line: number; code: string }[];
  /** Last entry that holds a swap. */
  readonly lastEntry: bigint;
  readonly seconds: number;
}

export interface SwapsConfig {
  readonly minFee: bigint;
  /** Second until which the envelopes are valid. */
  readonly validUntil: bigint;
  readonly progress: (done: number) => void;
  readonly signal: AbortSignal;
}

const SWAPS_A_REQUEST = 200;
const LIMIT_PERCENT = 99n;
const LINES_LISTED = 100;

/** Exact in, at least 99 % of the pool's quote at the moment of sending. */
export async function sendSwaps(
  client: LakhClient,
  market: Market,
  swaps: readonly PlannedSwap[],
  traders: readonly TraderAccount[],
  config: SwapsConfig,
): Promise<SwapsResult> {
  const started = performance.now();
  const refused: Record<string, number> = {};
  const refusedLines: { line: number; code: string }[] = [];
  const nonces = new Map<number, bigint>();
  let accepted = 0;
  let lastEntry = 0n;
  for (let at = 0; at < swaps.length && !config.signal.aborted; at += SWAPS_A_REQUEST) {
    const part = swaps.slice(at, at + SWAPS_A_REQUEST);
    const items = await signPart(client, market, part, traders, nonces, config);
    for (const [i, result] of (await sendPatiently(client, items)).entries()) {
      if ("receipt" in result) {
        accepted++;
        if (result.receipt.entry > lastEntry) lastEntry = result.receipt.entry;
      } else {
        const code = result.error instanceof RefusedError ? result.error.outcomeName : result.error.code;
        refused[code] = (refused[code] ?? 0) + 1;
        if (refusedLines.length < LINES_LISTED) refusedLines.push({ line: part[i]?.line ?? 0, code });
      }
    }
    config.progress(at + part.length);
  }
  return { accepted, refused, refusedLines, lastEntry, seconds: (performance.now() - started) / 1000 };
}

/** Quotes each swap against the pool as the ones before it will leave it. */
async function signPart(
  client: LakhClient,
  market: Market,
  part: readonly PlannedSwap[],
  traders: readonly TraderAccount[],
  nonces: Map<number, bigint>,
  { minFee, validUntil }: SwapsConfig,
): Promise<SignedItem[]> {
  const { chainId, inbox } = await client.chainInfo();
  const { index, tag, fee, reserve0, reserve1 } = await client.getPool(market.pool.index);
  const reserves: [bigint, bigint] = [reserve0, reserve1];
  const tagOf = (): Hex => tag;
  return part.map(({ trader, tokenIn, amountIn }) => {
    const tokenOut = tokenIn === 0 ? 1 : 0;
    const quote = amountOut(reserves[tokenIn], reserves[tokenOut], fee, amountIn);
    reserves[tokenIn] += amountIn;
    reserves[tokenOut] -= quote;
    const account = traders[trader] as TraderAccount;
    const nonce = nonces.get(trader) ?? 0n;
    nonces.set(trader, nonce + 1n);
    const verb = tokenIn === 0 ? "swapExactIn0" : "swapExactIn1";
    const op = { verb, object: index, amount: amountIn, amount2: (quote * LIMIT_PERCENT) / 100n } as const;
    const envelope = { account: account.index, nonce, validUntil, fee: minFee, ops: [op] };
    return signAs(account, { chainId: BigInt(chainId), inbox }, envelope, tagOf);
  });
}
