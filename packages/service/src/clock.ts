import { setTimeout as delay } from "node:timers/promises";

/** Time as the process sees it; tests inject their own. Where L1 decides, L1's time is used instead. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMilliseconds(): number;
  /** Resolves after the time, or at once when the signal is aborted; never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMilliseconds: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    if (signal?.aborted) return;
    // The only way this rejects is the abort, after which there is nothing to wait for.
    await delay(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};
