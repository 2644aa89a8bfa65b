/** Fuzz guided by coverage, in a thread of its own: counting blocks slows down all that runs with it. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

export interface GuidedRound {
  readonly seed: number;
  /** Of the inputs that a round has by grammar. */
  readonly share: number;
}

export interface GuidedAnswer {
  /** Target, result, times. */
  readonly rows: readonly (readonly [string, string, number])[];
  /** Inputs that reached code which none before them had, and became seeds. */
  readonly found: number;
}

export interface Guided {
  /** @throws what broke a promise */
  play(round: GuidedRound): Promise<GuidedAnswer>;
  close(): Promise<unknown>;
}

export function openGuided(): Guided {
  const worker = new Worker(new URL("guided-worker.ts", import.meta.url));
  worker.unref();
  return {
    play: async (round) => {
      worker.postMessage(round);
      const [answer] = (await once(worker, "message")) as [GuidedAnswer];
      return answer;
    },
    close: () => worker.terminate(),
  };
}
