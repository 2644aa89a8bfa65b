/** The pair's tokens and pool on the running chain, and the funder who pays for all. */
import { MockToken__factory } from "@lakh/bindings";
import { mockTokenAbi } from "@lakh/bindings/abis";
import { type Address, type Hex, OBJECT_FEE } from "@lakh/protocol";
import type { L1Clients, LakhClient, Pool } from "@lakh/sdk";
import { fatal } from "@lakh/service";
import type { PrivateKeyAccount } from "viem";

import type { Plan } from "./plan.ts";

/** Fee of the replay's pool, pips: that of the Uniswap v3 pool the rows come from. */
export const POOL_FEE = 500;

/** How the two mock tokens look; one L2 unit of the second is 10^9 of its smallest, as of ETH. */
export const MOCKS = [
  { name: "Mock USD Coin", symbol: "USDC", decimals: 6, shift: 0 },
  { name: "Mock Wrapped Ether", symbol: "WETH", decimals: 18, shift: 9 },
] as const;

export interface Funder {
  readonly client: LakhClient;
  readonly signer: PrivateKeyAccount;
  readonly l1: L1Clients;
}

export interface Market {
  readonly pool: Pool;
  /** Assets of the file's token 0 and token 1. */
  readonly assets: readonly [number, number];
  /** Index of the funder's account. */
  readonly funder: number;
}

/** Deploys two mock tokens, funds the funder and creates the pool at the first row's price. */
export async function openMarket(funder: Funder, plan: Plan, note: (text: string) => void): Promise<Market> {
  const { client, signer } = funder;
  const { minFee } = await client.chainInfo();
  const envelopes = BigInt(2 * plan.traders.length + 100);
  const fees = (envelopes + BigInt(plan.swaps.length)) * (minFee + 1n) + BigInt(OBJECT_FEE) * envelopes;
  const [account] = await client.accountsOf();
  await client.depositEth({ amount: fees, account: account ?? 0 });
  const index = account ?? (await client.waitForAccount());
  note(`funder: account ${index} of ${signer.address}`);

  const needs = ([0, 1] as const).map((i) => plan.seed[i] + plan.traders.reduce((sum, t) => sum + t.needs[i], 0n));
  const assets: number[] = [];
  for (const [i, mock] of MOCKS.entries()) assets.push(await fundToken(funder, mock, needs[i] ?? 0n, index));
  const [asset0 = 0, asset1 = 0] = assets;
  note(`assets ${asset0} (USDC) and ${asset1} (WETH), mock tokens`);
  // The first of the two was listed first, so it has the lower index.
  const known = await poolsOf(client);
  const [amount0, amount1] = plan.seed;
  await client.createPool({
    asset0,
    asset1,
    amount0,
    amount1,
    poolFee: POOL_FEE,
    salt: BigInt(known.length),
    account: index,
  });
  const pool = (await poolsOf(client)).findLast((one) => one.asset0 === asset0 && one.asset1 === asset1);
  if (!pool) throw fatal("PoolMissing", "the pool was accepted but is not there", { asset0, asset1 });
  return { pool, assets: [asset0, asset1], funder: index };
}

async function poolsOf(client: LakhClient): Promise<Pool[]> {
  const all: Pool[] = [];
  for (;;) {
    const page = await client.listPools({ after: all.at(-1)?.index ?? 0, limit: 100 });
    all.push(...page);
    if (page.length < 100) return all;
  }
}

async function fundToken(
  { client, l1, signer }: Funder,
  mock: (typeof MOCKS)[number],
  amount: bigint,
  account: number,
): Promise<number> {
  const { wallet } = l1;
  if (!wallet) throw fatal("MissingKey", "the funder's key is needed", {});
  const mined = (hash: Hex) => l1.public.waitForTransactionReceipt({ hash });
  const deployed = await wallet.deployContract({
    abi: mockTokenAbi,
    bytecode: MockToken__factory.bytecode as Hex,
    args: [mock.name, mock.symbol, mock.decimals],
    account: signer,
    chain: null,
  });
  const token = (await mined(deployed)).contractAddress as Address;
  const args = [signer.address, amount * 10n ** BigInt(mock.shift)] as const;
  const minting = {
    abi: mockTokenAbi,
    address: token,
    functionName: "mint",
    args,
    account: signer,
    chain: null,
  } as const;
  await mined(await wallet.writeContract(minting));
  const asset = await client.listToken({ token, shift: mock.shift });
  await client.depositErc20({ asset: asset.index, amount, account });
  await waitForBalance(client, account, asset.index);
  return asset.index;
}

const POLLS = 600;

async function waitForBalance(client: LakhClient, account: number, asset: number): Promise<void> {
  for (let i = 0; i < POLLS; i++) {
    const { holdings } = await client.getAccount(account);
    if (holdings.some(({ facet, object }) => facet === 0 && object === asset)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw fatal("DepositMissing", `the deposit of asset ${asset} did not arrive`, { account, asset });
}
