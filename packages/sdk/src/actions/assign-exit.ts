import { bridgeAbi } from "@lakh/bindings/abis";
import type { Address, Hex } from "@lakh/protocol";
import { encodeFunctionData } from "viem";

import type { Core } from "../core.ts";
import { sendL1 } from "../l1.ts";
import { getExit } from "./get-exit.ts";

export interface AssignExitParameters {
  readonly number: bigint;
  readonly to: Address;
}

/** Gives an exit that is not finalized to another address. By its holder. @throws NoExitError, L1RevertError (NotHolder, AlreadyFinalized) */
export async function assignExit(core: Core, { number, to }: AssignExitParameters): Promise<{ hash: Hex }> {
  const { bridge } = await core.info();
  const exit = await getExit(core, number);
  const data = encodeFunctionData({ abi: bridgeAbi, functionName: "assignExit", args: [exit, to] });
  const receipt = await sendL1(core, { name: "Bridge.assignExit", to: bridge, data });
  return { hash: receipt.transactionHash };
}
