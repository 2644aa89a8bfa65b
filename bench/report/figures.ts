/** Everything that a run found out, as `--json` gives it. */
import type { Machine } from "../machine.ts";
import type { FollowerRate } from "../measure/follower.ts";
import type { Limits } from "../measure/limits.ts";
import { type RunFigures, spreadOf } from "../measure/load-run.ts";
import type { ProductFigures } from "../measure/product-runs.ts";
import type { PeerFigures } from "../peers/peers.ts";
import type { Phase } from "./phases.ts";

export interface Figures extends ProductFigures {
  readonly machine: Machine;
  readonly inputs: {
    readonly accounts: number;
    readonly mix: string;
    readonly rate: number | null;
    readonly seconds: number;
    readonly warmUp: number;
    readonly repeats: number;
    readonly verifiers: number;
  };
  readonly limits: Limits;
  readonly follower: FollowerRate;
  readonly peers: readonly PeerFigures[];
  readonly phases: readonly Phase[];
}

/** Bytes a second that Ethereum's target of 14 blobs a block carries, for everybody. */
export const BLOB_BYTES_PER_SECOND = 149 * 1024;
export const PACED_RATE = 100_000;

/** The three figures that are always given together, envelopes a second. */
export interface ThreeFigures {
  /** Median of the runs. */
  readonly executed: number;
  readonly replayed: number;
  readonly dataLayer: number;
  /** Bytes an envelope posted. */
  readonly bytes: number;
}

/** All loads of the run, in their order. */
export function loadsOf({ runs, pacedBehind, paced }: Figures): RunFigures[] {
  return [...runs, pacedBehind, paced].filter((run) => run !== null);
}

export function threeOf({ runs, follower }: Pick<Figures, "runs" | "follower">): ThreeFigures {
  const sum = (pick: (run: Figures["runs"][number]) => number): number =>
    runs.reduce((total, run) => total + pick(run), 0);
  const bytes = sum((run) => run.bytes) / sum((run) => run.sent);
  return {
    executed: spreadOf(runs.map((run) => run.perSecond)).median,
    replayed: follower.all.perSecond,
    dataLayer: BLOB_BYTES_PER_SECOND / bytes,
    bytes,
  };
}
