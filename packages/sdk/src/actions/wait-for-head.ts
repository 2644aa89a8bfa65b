import type { Core } from "../core.ts";
import type { Head, Heads } from "../types.ts";
import { type WaitOptions, waitFor } from "../wait.ts";
import { heads } from "./heads.ts";

export interface WaitForHeadParameters extends WaitOptions {
  readonly head: keyof Heads;
  /** The entry that must be behind the head, as a receipt names it. */
  readonly entry: bigint;
}

/** Waits until a head has passed an entry: safe: it is on L1. @throws TimeoutError */
export function waitForHead(core: Core, { head, entry, ...options }: WaitForHeadParameters): Promise<Head> {
  return waitFor(`${head} head past entry ${entry}`, options, async () => {
    const now = (await heads(core))[head];
    return now.entry > entry ? now : undefined;
  });
}
