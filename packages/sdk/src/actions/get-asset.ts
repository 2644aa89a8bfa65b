import type { Core } from "../core.ts";
import { NoObjectError } from "../errors.ts";
import type { Asset } from "../types.ts";
import { listAssets } from "./list-assets.ts";

/** An asset by its object index. @throws NoObjectError */
export async function getAsset(core: Core, index: number): Promise<Asset> {
  const [asset] = await listAssets(core, { after: index - 1, limit: 1 });
  if (asset?.index !== index) throw new NoObjectError(index);
  return asset;
}
