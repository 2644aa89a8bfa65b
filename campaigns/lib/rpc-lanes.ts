/** Services, each with a bad endpoint of its own before the same chain. */
import type { JsonRpcProvider } from "ethers";

import { onCleanUp } from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";
import { type FaultyL1, openFaultyL1 } from "./faulty-l1.ts";
import { providerOf } from "./provider.ts";
import type { Requester } from "./stale-l1.ts";

export const SERVICES = ["sequencer", "follower", "batcher", "proposer", "challenger", "sender"] as const;
export type Service = (typeof SERVICES)[number];

/** A service behind its endpoint. */
export interface Lane {
  readonly service: Service;
  readonly l1: FaultyL1;
  /** One pass; what it cannot do by the signal it leaves for the next one. */
  step(signal: AbortSignal): Promise<unknown>;
}

/** Some lanes on one chain. */
export interface Part {
  readonly lanes: readonly Lane[];
  /** Something happens on the chain, behind the endpoints. */
  disturb(): Promise<void>;
  /** All endpoints are good again. @throws where something is missing, or there twice */
  check(): Promise<void>;
}

/** Opens endpoints before one chain. */
export function endpointsOf(chain: Requester, foreign: Requester, random: Random) {
  return async (): Promise<{ l1: FaultyL1; provider: JsonRpcProvider }> => {
    const l1 = await openFaultyL1({ chain, foreign }, random, random.pick([0.4, 0.7, 1]));
    onCleanUp(l1.close);
    return { l1, provider: providerOf(l1.url) };
  };
}
