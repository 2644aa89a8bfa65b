/** People bring money: ETH and an ERC-20. */
import { MockToken__factory } from "@lakh/bindings";
import { mockTokenAbi } from "@lakh/bindings/abis";
import type { Address, Hex } from "@lakh/protocol";

import type { Telling } from "../ledger.ts";
import type { Person } from "../people.ts";
import { pollFor } from "./poll.ts";
import { type Accounts, GWEI_PER_ETH, type Scene, USDC_UNIT, eth } from "./scene.ts";

const USDC_DECIMALS = 6;
const DEPOSIT_SECONDS = 60;
const ALICE_USDC = 1_000_000n * USDC_UNIT;

export async function depositEth(scene: Scene, telling: Telling): Promise<Accounts> {
  const deposit = async ({ name, client }: Person, amount: bigint): Promise<number> => {
    const { hash } = await client.depositEth({ amount });
    telling.sent(hash);
    const index = await client.waitForAccount();
    telling.say(`${name} deposits ${eth(amount)}: account ${index}`);
    return index;
  };
  const [alice, bob, carol] = await Promise.all([
    deposit(scene.alice, 1_000n * GWEI_PER_ETH),
    deposit(scene.bob, 50n * GWEI_PER_ETH),
    deposit(scene.carol, 5n * GWEI_PER_ETH),
  ]);
  return { alice, bob, carol };
}

/** @returns the token's asset index */
export async function depositToken({ alice }: Scene, accounts: Accounts, telling: Telling): Promise<number> {
  const { client, l1, signer } = alice;
  const mined = async (hash: Hex) => {
    telling.sent(hash);
    return l1.public.waitForTransactionReceipt({ hash });
  };
  const bytecode = MockToken__factory.bytecode as Hex;
  const args = ["Mock USD Coin", "USDC", USDC_DECIMALS] as const;
  const deployed = await l1.wallet.deployContract({ abi: mockTokenAbi, bytecode, args, account: signer, chain: null });
  const token = (await mined(deployed)).contractAddress as Address;
  const mint = { abi: mockTokenAbi, address: token, functionName: "mint", account: signer, chain: null } as const;
  await mined(await l1.wallet.writeContract({ ...mint, args: [signer.address, ALICE_USDC] }));
  const asset = await client.listToken({ token, shift: 0 });
  telling.say(`the token at ${token} is listed: asset ${asset.index}`);
  const { hash } = await client.depositErc20({ asset: asset.index, amount: ALICE_USDC, account: accounts.alice });
  telling.sent(hash);
  await pollFor("the deposit", DEPOSIT_SECONDS, async () =>
    (await client.getAccount(accounts.alice)).holdings.find(
      ({ facet, object }) => facet === 0 && object === asset.index,
    ),
  );
  telling.say(`Alice deposits ${ALICE_USDC / USDC_UNIT} USDC`);
  return asset.index;
}
