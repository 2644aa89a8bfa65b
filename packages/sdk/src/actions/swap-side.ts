import type { Core } from "../core.ts";
import { BadArgumentError } from "../errors.ts";
import { getPool } from "./get-pool.ts";

/** Which of the pool's assets is `assetIn`. @throws BadArgumentError when it is neither, NoObjectError */
export async function swapSide(core: Core, pool: number, assetIn: number): Promise<0 | 1> {
  const { asset0, asset1 } = await getPool(core, pool);
  if (assetIn === asset0) return 0;
  if (assetIn === asset1) return 1;
  throw new BadArgumentError("assetIn", `pool ${pool} trades assets ${asset0} and ${asset1}, not ${assetIn}`);
}
