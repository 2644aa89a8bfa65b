/** Bounded waiting for something on a running chain. */
import { fatal } from "@lakh/service";

const POLL_MS = 250;

/** Asks until there is an answer. @throws CodedError fatal `StoryTimeout` */
export async function pollFor<T>(what: string, seconds: number, probe: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw fatal("StoryTimeout", `${what}: not within ${seconds} s`, { what, seconds });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
