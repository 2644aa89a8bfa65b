/** How many envelopes each part of a run may send; they are signed before. */
import type { BenchOptions } from "../options.ts";
import { PACED_RATE } from "../report/figures.ts";

/** Longest run at 100,000 envelopes a second. */
const PACED_SECONDS = 20;
/** Longest run with a profiler. */
const STAGES_SECONDS = 10;
/**
 * So many envelopes are signed for a saturated run, as a share of the recovery limit by CPU time; a faster node ends the run
 * earlier. Portable kernels check known keys far faster than they recover new ones.
 */
const MOST_OF_LIMIT = { native: 0.8, portable: 2.5 };

export interface LoadPart {
  readonly seconds: number;
  /** Envelopes at most. */
  readonly count: number;
  /** Envelopes a second; undefined: as many as the node takes. */
  readonly rate: number | undefined;
}

export interface LoadPlan {
  readonly warmUp: LoadPart;
  readonly load: LoadPart;
  /** At 100,000 envelopes a second, twice: on a fresh node, and behind the last load. */
  readonly paced: LoadPart | undefined;
  /** With a profiler, once. */
  readonly stages: LoadPart | undefined;
  /** Of all parts and repeats: none is sent twice. */
  readonly envelopes: number;
}

/** @param recoveryMicroseconds CPU time of the recovery of one signer */
export function planLoad(options: BenchOptions, recoveryMicroseconds: number): LoadPlan {
  const { seconds, repeats, rate, cores, kernels } = options;
  const perSecond = rate ?? Math.ceil((MOST_OF_LIMIT[kernels] * cores * 1e6) / recoveryMicroseconds);
  const part = (length: number, most = perSecond, at = rate): LoadPart => {
    return { seconds: length, count: length * most, rate: at };
  };
  const warmUp = part(options.warmUp);
  const load = part(seconds);
  const isPaced = rate === undefined && kernels === "native";
  const paced = isPaced ? part(Math.min(seconds, PACED_SECONDS), PACED_RATE, PACED_RATE) : undefined;
  const stages = options.stages ? part(Math.min(seconds, STAGES_SECONDS)) : undefined;
  const envelopes =
    repeats * (warmUp.count + load.count) +
    (paced === undefined ? 0 : warmUp.count + 2 * paced.count) +
    (stages === undefined ? 0 : warmUp.count + stages.count);
  return { warmUp, load, paced, stages, envelopes };
}
