/** Deposit, trade, withdraw: what an integrator writes. Needs a running devnet (`npm start`) and a key with ETH on its L1. */
import { createLakhClient } from "@lakh/sdk";
import { createPublicClient, createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";

export async function example(l1Url: string, rpcUrl: string, key: `0x${string}`) {
  const account = privateKeyToAccount(key);
  const transport = http(l1Url);
  const l1 = { public: createPublicClient({ transport }), wallet: createWalletClient({ account, transport }) };
  const lakh = createLakhClient({ rpcUrl, account, l1 });

  // 2 ETH from L1 into a new account; L2 amounts of ETH are in gwei.
  await lakh.depositEth({ amount: 2_000_000_000n });
  const index = await lakh.waitForAccount();

  // Swap 1 ETH in the first pool, at most 0.5 % below the quote: signed as EIP-712, acknowledged with a signed receipt.
  const [pool] = await lakh.listPools();
  if (!pool) throw new Error("no pool yet");
  const amountIn = 1_000_000_000n;
  const quote = await lakh.quote({ pool: pool.index, verb: "swapExactIn0", amount: amountIn });
  const minOut = (quote * 995n) / 1000n;
  const receipt = await lakh.swapExactIn({ pool: pool.index, assetIn: pool.asset0, amountIn, minOut });

  // Withdraw half an ETH; the exit can be finalized on L1 once a claim over its entry is confirmed.
  const { entry } = await lakh.withdraw({ asset: pool.asset0, amount: 500_000_000n });
  const exit = (await lakh.exitsOf()).at(-1);
  if (!exit) throw new Error("no exit");
  await lakh.waitForConfirmed({ entry, timeoutSeconds: 120 });
  const { hash } = await lakh.finalizeExit(exit.number);
  return { account: index, bought: quote, receipt, paidIn: hash };
}
