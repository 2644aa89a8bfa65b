import { setTimeout } from "node:timers/promises";

import type { DaemonRun } from "./daemon-child.ts";

/** Waits: children live by the clock on the wall. */
export async function pause(milliseconds: number): Promise<void> {
  await setTimeout(milliseconds);
}

/** Longest that a daemon may take to start. */
const START_MILLISECONDS = 60_000;

/** Kills a daemon when it has lived so long after its start; @returns whether it had ended by itself before. */
export async function killAfter(run: DaemonRun, milliseconds: number): Promise<boolean> {
  const isUp = async (): Promise<boolean> => run.isOver || (await run.health()) !== undefined;
  for (let waited = 0; waited < START_MILLISECONDS && !(await isUp()); waited += 20) await pause(20);
  for (let waited = 0; waited < milliseconds && !run.isOver; waited += 10) await pause(10);
  const hadEnded = run.isOver;
  run.kill();
  await run.ended;
  return hadEnded;
}
