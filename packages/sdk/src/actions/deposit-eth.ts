import { bridgeAbi } from "@lakh/bindings/abis";
import { type Address, ETH_SHIFT, type Hex } from "@lakh/protocol";
import { encodeFunctionData } from "viem";

import { type Core, needSigner } from "../core.ts";
import { sendL1 } from "../l1.ts";
import { depositResult } from "./deposit-result.ts";

export interface DepositEthParameters {
  /** Gwei: L2 units of ETH. */
  readonly amount: bigint;
  /** Account to credit; without it a new one. */
  readonly account?: number;
  /** Its owner; without it the signer. */
  readonly owner?: Address;
}

export interface DepositResult {
  readonly hash: Hex;
  /** Number of the deposit in the L1 queue. */
  readonly queueIndex: bigint;
  readonly gasUsed: bigint;
}

/** Deposits ETH from the L1 wallet. @throws NoL1Error, L1RevertError, L1Error */
export async function depositEth(core: Core, parameters: DepositEthParameters): Promise<DepositResult> {
  const { amount, account = 0, owner = needSigner(core).address } = parameters;
  const { bridge } = await core.info();
  const data = encodeFunctionData({ abi: bridgeAbi, functionName: "depositETH", args: [account, owner] });
  const value = amount * 10n ** BigInt(ETH_SHIFT);
  return depositResult(await sendL1(core, { name: "Bridge.depositETH", to: bridge, data, value }));
}
