/** Where and on what a run was made. */
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

import { REPO } from "./stack/processes.ts";

export interface Machine {
  readonly revision: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly node: string;
  readonly kernels: string;
  /** Load average of the last minute when the run began: above zero something else was running. */
  readonly loadBefore: number;
}

export function describeMachine(kernels: string): Machine {
  let revision = "unknown";
  try {
    revision = execFileSync("git", ["describe", "--always", "--dirty"], { cwd: REPO, encoding: "utf8" }).trim();
  } catch {
    // Not a git checkout: the figures stand without it.
  }
  return {
    revision,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    kernels,
    loadBefore: loadavg()[0] ?? NaN,
  };
}
