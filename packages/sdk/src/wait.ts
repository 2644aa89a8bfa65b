/** Bounded polling. */
import { TimeoutError } from "./errors.ts";

const POLL_MS = 250;

export interface WaitOptions {
  /** Without it 60. */
  readonly timeoutSeconds?: number;
}

/**
 * Asks until there is an answer.
 * @param what for the error
 * @throws TimeoutError when `probe` gave undefined until the time was over; errors of `probe` end the wait
 */
export async function waitFor<T>(
  what: string,
  { timeoutSeconds = 60 }: WaitOptions,
  probe: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (performance.now() >= end) throw new TimeoutError(what, timeoutSeconds);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
