/** Everything that a run found out, as `--json` gives it. */
import type { Limits } from "../measure/limits.ts";
import type { RunFigures } from "../measure/load-run.ts";
import type { Machine } from "../machine.ts";
import type { PeerFigures } from "../peers/run-peer.ts";

export interface Figures {
  readonly machine: Machine;
  readonly inputs: {
    readonly accounts: number;
    readonly mix: string;
    readonly rate: number | null;
    readonly seconds: number;
    readonly repeats: number;
  };
  readonly limits: Limits;
  /** As much as the node takes, or at the rate asked for. */
  readonly runs: readonly RunFigures[];
  /** At 100,000 envelopes a second. */
  readonly paced: RunFigures | null;
  /** The better way of mining of each peer. */
  readonly peers: readonly PeerFigures[];
  /** Resident bytes of the node before the load, an account. */
  readonly nodeBytesPerAccount: number;
}

/** Bytes a second that Ethereum's target of 14 blobs a block carries, for everybody. */
export const BLOB_BYTES_PER_SECOND = 149 * 1024;
export const PACED_RATE = 100_000;
