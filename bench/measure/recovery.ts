/** The limit: how many signers the kernels recover on all cores at once, from the same envelopes. */
import { Worker } from "node:worker_threads";

export interface RecoveryWork {
  readonly part: string;
  readonly tags: Uint8Array;
  readonly domain: Uint8Array;
  readonly seconds: number;
  readonly kernels: string;
}

export interface RecoveryRate {
  /** Signers recovered by all threads in a second of the clock. */
  readonly perSecond: number;
  /** Microseconds of CPU time a signer, digest included. */
  readonly microseconds: number;
}

export interface RecoveryAnswer {
  readonly recovered: number;
  readonly seconds: number;
  readonly cpuMicroseconds: number;
}

export async function recoveryRate(work: RecoveryWork, threads: number): Promise<RecoveryRate> {
  const answers = await Promise.all(Array.from({ length: threads }, () => oneThread(work)));
  const recovered = answers.reduce((sum, answer) => sum + answer.recovered, 0);
  const cpu = answers.reduce((sum, answer) => sum + answer.cpuMicroseconds, 0);
  const perSecond = answers.reduce((sum, answer) => sum + answer.recovered / answer.seconds, 0);
  return { perSecond, microseconds: cpu / recovered };
}

function oneThread(work: RecoveryWork): Promise<RecoveryAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./recovery-worker.ts", import.meta.url), { workerData: work });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
