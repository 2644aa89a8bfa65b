/** A pool, trades, and a withdrawal to follow to L1. */
import type { Address } from "@lakh/protocol";
import { fatal } from "@lakh/service";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

import type { Telling } from "../ledger.ts";
import { type Accounts, GWEI_PER_ETH, type Scene, USDC_UNIT, eth } from "./scene.ts";

const ETH = 1;
const POOL_FEE = 3_000;

export interface Trades {
  /** Where Bob's withdrawal pays: an address that never had anything. */
  readonly payee: Address;
  /** Gwei. */
  readonly withdrawn: bigint;
  readonly exit: bigint;
  /** Last entry that holds any of it. */
  readonly lastEntry: bigint;
}

export async function trade(scene: Scene, accounts: Accounts, usdc: number, telling: Telling): Promise<Trades> {
  const { alice, bob } = scene;
  const seed = { amount0: 200n * GWEI_PER_ETH, amount1: 400_000n * USDC_UNIT };
  await alice.client.createPool({ asset0: ETH, asset1: usdc, ...seed, poolFee: POOL_FEE });
  const pool = (await alice.client.listPools()).find(({ asset1 }) => asset1 === usdc);
  if (!pool) throw fatal("PoolMissing", "the pool was accepted but is not there", { usdc });
  telling.say(`Alice opens pool ${pool.index}: ${eth(pool.reserve0)} and ${pool.reserve1 / USDC_UNIT} USDC`);

  const amountIn = 2n * GWEI_PER_ETH;
  const quote = await bob.client.quote({ pool: pool.index, verb: "swapExactIn0", amount: amountIn });
  const limit = (quote * 99n) / 100n;
  await bob.client.swapExactIn({ pool: pool.index, assetIn: ETH, amountIn, minOut: limit });
  telling.say(`Bob swaps ${eth(amountIn)} for ${Number(quote) / 1e6} USDC`);
  const amountOut = 500n * USDC_UNIT;
  await bob.client.swapExactOut({ pool: pool.index, assetIn: ETH, amountOut, maxIn: GWEI_PER_ETH });
  telling.say(`Bob buys exactly ${amountOut / USDC_UNIT} USDC`);
  await bob.client.sendEnvelope({
    ops: [
      { verb: "transfer", object: usdc, object2: accounts.alice, amount: 10n * USDC_UNIT },
      { verb: "swapExactIn1", object: pool.index, amount: 100n * USDC_UNIT, amount2: 1n },
    ],
  });
  telling.say("Bob pays Alice 10 USDC and sells 100 USDC, both or neither, under one signature");

  const payee = privateKeyToAccount(generatePrivateKey()).address.toLowerCase() as Address;
  const withdrawn = 3n * GWEI_PER_ETH;
  const { entry } = await bob.client.withdraw({ asset: ETH, amount: withdrawn, to: payee });
  const [exit] = await bob.client.exitsOf(payee);
  if (!exit) throw fatal("ExitMissing", "the withdrawal was accepted but its exit is not there", { payee });
  telling.say(`Bob withdraws ${eth(withdrawn)} to ${payee}: exit ${exit.number}`);
  return { payee, withdrawn, exit: exit.number, lastEntry: entry };
}
