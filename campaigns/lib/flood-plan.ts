/** What a flooding process is told, and what it tells back: a line of JSON each. */
import { readFileSync } from "node:fs";

import type { Hex } from "@lakh/protocol";

export interface FloodPlan {
  readonly port: number;
  readonly maxRequestBytes: number;
  readonly maxBatch: number;
  readonly callsPerSecond: number;
  readonly maxAddressConnections: number;
  /** Connections that it holds and says nothing on. */
  readonly connections: number;
  readonly maxFrameBytes: number;
  readonly maxItems: number;
  /** Most connections of the stream. */
  readonly streamConnections: number;
  /** Well-signed envelopes of one account, in order. */
  readonly envelopes: readonly Hex[];
  /** An honest user's, never sent: it is forged. */
  readonly honest: Hex;
  readonly seed: number;
}

export type FloodWord =
  /** All connections are open: the flood begins. */
  | { readonly kind: "open"; readonly held: number; readonly refused: number }
  /** What was tried, what came of it, how often. */
  | { readonly kind: "tally"; readonly rows: readonly (readonly [string, string, number])[] };

/** Files that an ordinary process of this machine may have open; unbounded where nobody says. */
export function openFilesLimit(): number {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return found === null ? Infinity : Number(found[1]);
  } catch {
    return Infinity; // not Linux
  }
}
