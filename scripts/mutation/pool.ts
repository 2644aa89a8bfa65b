/** Workers that play mutants beside each other. One that does not answer in time is ended, and another takes its place. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";

import type { Job, Report, Verdict } from "./worker.ts";

/** What became of a job. A worker that gave no answer counts as `killed`: tests that never end are no success. */
export interface Result extends Report {
  readonly verdict: Verdict;
  /** From start to end, milliseconds. */
  readonly wall: number;
}

/** Compiler and test files leave memory behind: a worker plays this many jobs. */
const JOBS_A_WORKER = 100;
/** A failure of the worker itself, not of a test: it ended or did not answer. */
const NO_ANSWER = "no answer";

/** Plays all jobs in `count` processes, calls `done` after each, at most `patience` milliseconds a job. */
export async function playAll(
  jobs: readonly Job[],
  count: number,
  patience: (job: Job) => number,
  done: (index: number, result: Result) => void,
): Promise<void> {
  let next = 0;
  async function serve(): Promise<void> {
    let worker: ChildProcess | undefined;
    let played = 0;
    try {
      for (let index = next++; index < jobs.length; index = next++) {
        if (played++ % JOBS_A_WORKER === 0) {
          worker?.kill("SIGKILL");
          worker = undefined;
        }
        worker ??= fork(join(import.meta.dirname, "worker.ts"), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
        const job = jobs[index] as Job;
        const result = await play(worker, job, patience(job));
        if (result.by === NO_ANSWER) worker = undefined;
        done(index, result);
      }
    } finally {
      worker?.kill("SIGKILL");
    }
  }
  await Promise.all(Array.from({ length: count }, serve));
}

async function play(worker: ChildProcess, job: Job, patience: number): Promise<Result> {
  const started = performance.now();
  const report = await new Promise<Report | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), patience);
    const finish = (report?: Report): void => {
      clearTimeout(timer);
      resolve(report);
    };
    worker.once("message", (message) => finish(message as Report));
    worker.once("exit", () => finish());
    worker.send(job);
  });
  worker.removeAllListeners("exit").removeAllListeners("message");
  const wall = performance.now() - started;
  if (report) return { ...report, wall };
  worker.kill("SIGKILL");
  return { verdict: "killed", by: NO_ANSWER, cpu: wall, wall };
}
