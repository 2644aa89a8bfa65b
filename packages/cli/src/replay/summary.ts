import { columns } from "../output.ts";
import type { SwapFile } from "./rows.ts";
import type { Roots } from "./settlement.ts";
import type { SwapsResult } from "./swaps.ts";

export interface Summary {
  readonly file: string;
  readonly rows: number;
  readonly skipped: SwapFile["skipped"];
  readonly traders: number;
  readonly swaps: SwapsResult;
  readonly acceptedPercent: number;
  /** From the first row read to the last swap answered. */
  readonly seconds: number;
  readonly roots: Roots;
}

export function summaryText({ file, rows, skipped, traders, swaps, acceptedPercent, seconds, roots }: Summary): string {
  const skippedTotal = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(skipped).map(([kind, count]) => `${kind} ${count}`);
  const refused = Object.entries(swaps.refused).map(([code, count]) => `${code} ${count}`);
  const perSecond = (swaps.accepted / swaps.seconds).toFixed(0);
  return columns([
    ["file", file],
    ["rows", `${rows} swaps, ${skippedTotal} skipped${kinds.length > 0 ? ` (${kinds.join(", ")})` : ""}`],
    ["accounts", `${traders}, one a transaction hash`],
    ["accepted", `${swaps.accepted} of ${rows} (${acceptedPercent.toFixed(2)} %)`],
    ["refused", refused.join(", ") || "none"],
    ["time", `${seconds.toFixed(1)} s in all; swaps ${swaps.seconds.toFixed(1)} s, ${perSecond}/s`],
    ["landed", `all batches on L1, claim ${roots.claimId} confirmed up to entry ${roots.entry}`],
    ["root, sequencer", roots.sequencer],
    ["root, L1 claim", roots.claim],
    ...(roots.follower === undefined ? [] : [["root, follower", roots.follower]]),
    ...(roots.derived === undefined ? [] : [["root, derived here from L1 alone", roots.derived]]),
    ["roots", roots.equal ? "equal" : "DIFFERENT"],
  ]);
}

const WIDTH = 30;

/** `swaps      [=====>    ] 120/400`. */
export function bar(what: string, done: number, total: number): string {
  const filled = Math.round((WIDTH * done) / Math.max(total, 1));
  return `${what.padEnd(10)} [${"=".repeat(filled)}${" ".repeat(WIDTH - filled)}] ${done}/${total}`;
}
