import { setTimeout } from "node:timers/promises";

/** Waits: children live by the clock on the wall. */
export async function pause(milliseconds: number): Promise<void> {
  await setTimeout(milliseconds);
}
