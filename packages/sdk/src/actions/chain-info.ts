import type { Core } from "../core.ts";
import type { ChainInfo } from "../types.ts";

/** The deployment and the node's mode; asked once. */
export function chainInfo(core: Core): Promise<ChainInfo> {
  return core.info();
}
