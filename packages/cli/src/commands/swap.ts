import type { Op } from "@lakh/protocol";
import type { LakhClient, Pool, SwapVerb } from "@lakh/sdk";
import { fatal, integer, optional, text } from "@lakh/service";
import type { PublicClient } from "viem";

import { type KnownAsset, assetOption, findAsset, parseAmount, showAmount } from "../amounts.ts";
import { command } from "../command.ts";
import { l1Clients, signingClient, submit } from "../context.ts";
import { envelopeTable } from "../tables.ts";

const PERCENT = /^(\d{1,2})(?:\.(\d{1,4}))?$/;
const PIPS = 1_000_000n;

const swap = command({
  words: "swap",
  about: "Swaps in a pool: exactly amountIn, or for exactly amountOut",
  table: {
    ...envelopeTable,
    pool: integer(1, 2 ** 28 - 1, { help: "index of the pool" }),
    pay: assetOption("asset to pay"),
    amountIn: optional(text({ help: "pay exactly this" })),
    amountOut: optional(text({ help: "get exactly this; in place of amountIn" })),
    limit: optional(text({ help: "get at least (amountIn) or pay at most (amountOut) this" })),
    slippage: text({ help: "without a limit: percent by which it may be worse than the quote", fallback: "0.5" }),
  },
  async run({ options, out }) {
    const { client } = await signingClient(options);
    const l1 = l1Clients(options.l1Url).public;
    const pool = await client.getPool(options.pool);
    const plan = await planSwap(client, l1, pool, options);
    out.note(`${plan.exactIn ? "for at least" : "for at most"} ${showAmount(plan.limit, plan.other)}`);
    const op: Op = { verb: plan.verb, object: pool.index, amount: plan.amount, amount2: plan.limit };
    await submit(client, [op], options.forced, out);
  },
});

interface SwapOptions {
  readonly pay: string;
  readonly amountIn: string | undefined;
  readonly amountOut: string | undefined;
  readonly limit: string | undefined;
  readonly slippage: string;
  readonly units: boolean;
}

interface SwapPlan {
  readonly exactIn: boolean;
  readonly verb: SwapVerb;
  readonly amount: bigint;
  readonly limit: bigint;
  /** The asset of the limit. */
  readonly other: KnownAsset;
}

async function planSwap(client: LakhClient, l1: PublicClient, pool: Pool, options: SwapOptions): Promise<SwapPlan> {
  const { amountIn, amountOut, units } = options;
  const exactIn = amountIn !== undefined;
  const given = amountIn ?? amountOut;
  if (given === undefined || (exactIn && amountOut !== undefined))
    throw fatal("MissingOption", "give one of --amount-in and --amount-out", { flag: "--amount-in" });
  const paid = await findAsset(client, l1, options.pay);
  const side = paid.index === pool.asset0 ? 0 : 1;
  if (paid.index !== pool.asset0 && paid.index !== pool.asset1)
    throw fatal("BadAsset", `pool ${pool.index} trades assets ${pool.asset0} and ${pool.asset1}`, {
      given: options.pay,
    });
  const got = await findAsset(client, l1, String(side === 0 ? pool.asset1 : pool.asset0));
  const [known, other] = exactIn ? [paid, got] : [got, paid];
  const verb: SwapVerb = `swapExact${exactIn ? "In" : "Out"}${side}`;
  const amount = parseAmount(given, known, units);
  const limit =
    options.limit === undefined
      ? slipped(await client.quote({ pool: pool.index, verb, amount }), options.slippage, exactIn)
      : parseAmount(options.limit, other, units);
  return { exactIn, verb, amount, limit, other };
}

function slipped(quote: bigint, percent: string, exactIn: boolean): bigint {
  const match = PERCENT.exec(percent);
  if (!match) throw fatal("BadOption", `--slippage: expected percent, such as 0.5, not ${percent}`, { given: percent });
  const pips = BigInt((match[1] ?? "") + (match[2] ?? "").padEnd(4, "0"));
  return exactIn ? (quote * (PIPS - pips)) / PIPS : (quote * (PIPS + pips)) / PIPS;
}

export const swapCommands = [swap];
