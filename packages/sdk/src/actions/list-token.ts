import { bridgeAbi } from "@lakh/bindings/abis";
import type { Address } from "@lakh/protocol";
import { encodeFunctionData } from "viem";

import type { Core } from "../core.ts";
import { sendL1 } from "../l1.ts";
import type { Asset } from "../types.ts";
import { type WaitOptions, waitFor } from "../wait.ts";
import { findAsset } from "./find-asset.ts";

export interface ListTokenParameters extends WaitOptions {
  readonly token: Address;
  /** One L2 unit is 10^shift of the token's smallest units. */
  readonly shift: number;
}

/** Lists a token on L1 and waits until it is an asset on L2. @throws NoL1Error, L1RevertError (AlreadyListed, NoCode), TimeoutError */
export async function listToken(core: Core, { token, shift, ...options }: ListTokenParameters): Promise<Asset> {
  const { bridge } = await core.info();
  const data = encodeFunctionData({ abi: bridgeAbi, functionName: "listToken", args: [token, shift] });
  await sendL1(core, { name: "Bridge.listToken", to: bridge, data });
  return waitFor(`the asset of token ${token}`, options, () => findAsset(core, token, shift));
}
