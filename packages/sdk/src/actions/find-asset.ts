import type { Address } from "@lakh/protocol";

import type { Core } from "../core.ts";
import type { Asset } from "../types.ts";
import { listAssets } from "./list-assets.ts";

const PAGE = 100;

/** The asset of a listed token (and shift); undefined when no executed listing made it. */
export async function findAsset(core: Core, token: Address, shift?: number): Promise<Asset | undefined> {
  for (let after = 0; ;) {
    const page = await listAssets(core, { after, limit: PAGE });
    const isIt = (asset: Asset): boolean =>
      asset.token.toLowerCase() === token.toLowerCase() && (shift === undefined || asset.shift === shift);
    const found = page.find(isIt);
    const last = page.at(-1);
    if (found || !last || page.length < PAGE) return found;
    after = last.index;
  }
}
