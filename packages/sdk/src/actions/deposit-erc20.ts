import { bridgeAbi } from "@lakh/bindings/abis";
import type { Address } from "@lakh/protocol";
import { encodeFunctionData, erc20Abi } from "viem";

import { type Core, needL1, needSigner } from "../core.ts";
import { NoL1Error } from "../errors.ts";
import { readL1, sendL1 } from "../l1.ts";
import type { DepositResult } from "./deposit-eth.ts";
import { depositResult } from "./deposit-result.ts";
import { getAsset } from "./get-asset.ts";

export interface DepositErc20Parameters {
  /** Object index of the asset. */
  readonly asset: number;
  /** L2 units of the asset. */
  readonly amount: bigint;
  /** Account to credit; without it a new one. */
  readonly account?: number;
  /** Its owner; without it the signer. */
  readonly owner?: Address;
}

/** Deposits a listed token from the L1 wallet; approves the Bridge first where needed. @throws NoL1Error, L1RevertError, NoObjectError */
export async function depositErc20(core: Core, parameters: DepositErc20Parameters): Promise<DepositResult> {
  const { asset, amount, account = 0, owner = needSigner(core).address } = parameters;
  const { bridge } = await core.info();
  const { token, shift } = await getAsset(core, asset);
  const l1Amount = amount * 10n ** BigInt(shift);
  await approve(core, token, bridge, l1Amount);
  const args = [token, shift, asset, account, owner, l1Amount] as const;
  const data = encodeFunctionData({ abi: bridgeAbi, functionName: "depositERC20", args });
  return depositResult(await sendL1(core, { name: "Bridge.depositERC20", to: bridge, data }));
}

async function approve(core: Core, token: Address, spender: Address, amount: bigint): Promise<void> {
  const { public: reader, wallet } = needL1(core);
  const holder = wallet?.account?.address;
  if (!holder) throw new NoL1Error("wallet");
  const allowed = await readL1("ERC20.allowance", () =>
    reader.readContract({ abi: erc20Abi, address: token, functionName: "allowance", args: [holder, spender] }),
  );
  if (allowed >= amount) return;
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [spender, amount] });
  await sendL1(core, { name: "ERC20.approve", to: token, data });
}
