/** How the campaigns reach a bad endpoint, and what its faults amount to. */
import { CheckedProvider, CodedError, hasCode, type Stepper } from "@lakh/service";
import { FetchRequest, Network } from "ethers";

import { onCleanUp } from "../../test/node/world.ts";

const TIMEOUT_MILLISECONDS = 250;
/** Times that a good endpoint may seem away all the same, since this machine is busy. */
const MOST_TRIES = 40;

/** A provider that gives up soon, so that a campaign goes on. */
export function providerOf(url: string): CheckedProvider {
  const request = new FetchRequest(url);
  request.timeout = TIMEOUT_MILLISECONDS;
  // ethers itself waits and tries again on 429.
  request.setThrottleParams({ maxAttempts: 2, slotInterval: 10 });
  const network = Network.from(31337);
  const provider = new CheckedProvider(request, network, { staticNetwork: network, cacheTimeout: -1 });
  onCleanUp(() => provider.destroy());
  return provider;
}

/** The code of a fault that passes, or that there was none. @throws what does not pass */
export async function resultOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "rode through";
  } catch (error) {
    if (error instanceof CodedError && error.severity !== "fatal") return error.code;
    throw error;
  }
}

/** Again and again while a good endpoint cannot be reached. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let i = 1; ; i++)
    try {
      return await work();
    } catch (error) {
      if (i === MOST_TRIES || !hasCode(error, "L1Unreachable")) throw error;
    }
}

export function patient(stepper: Stepper): Stepper {
  return { step: (signal) => patiently(() => stepper.step(signal)) };
}
