/** The goals of the speed, and which of them a run reached. */
import { spreadOf } from "../measure/load-run.ts";
import { type Figures, threeOf } from "./figures.ts";

export interface Goal {
  readonly name: string;
  readonly goal: string;
  readonly figure: string;
  /** Undefined where this run does not say. */
  readonly reached: boolean | undefined;
}

const whole = (value: number): string => Math.round(value).toLocaleString("en");
const one = (value: number): string => value.toFixed(1);

/** The larger the better, unless `most`. */
function goal(name: string, limit: number, value: number | undefined, show: (v: number) => string, most = false): Goal {
  const known = value !== undefined && !Number.isNaN(value);
  return {
    name,
    goal: `${most ? "≤" : "≥"} ${show(limit)}`,
    figure: known ? show(value) : "not measured",
    reached: known ? (most ? value <= limit : value >= limit) : undefined,
  };
}

export function goalsOf(figures: Figures): Goal[] {
  const { machine, inputs, limits, runs, paced, peers, nodeBytesPerAccount } = figures;
  const isPortable = machine.kernels === "portable";
  const isSaturated = inputs.rate === null;
  const rate = isSaturated ? spreadOf(runs.map((run) => run.perSecond)).median : undefined;
  const peer = (name: string): number | undefined => {
    const found = peers.find((other) => other.name === name);
    return found === undefined || found.perSecond === 0 || rate === undefined ? undefined : rate / found.perSecond;
  };
  const times = (value: number): string => `${Math.round(value)}×`;
  const ms = (value: number): string => `${one(value)} ms`;
  return [
    isPortable
      ? goal("signed envelopes/s on the portable kernels", 25_000, rate, whole)
      : goal("sustained signed envelopes/s, durable, rooted, sealed", 200_000, rate, whole),
    goal("of the measured limit (recover/s on all cores)", 0.4, rate && rate / limits.recovery.perSecond, (v) =>
      v.toFixed(2),
    ),
    goal("receipt latency at 100,000/s, p50", 20, paced?.p50, ms, true),
    goal("receipt latency at 100,000/s, p99", 60, paced?.p99, ms, true),
    goal("CPU at 100,000/s, all processes, cores", 1.2, paced?.cores, (v) => v.toFixed(2), true),
    goal("follower: replay-verified envelopes/s", 250_000, threeOf(figures).replayed, whole),
    goal("one tree update, 100k dirty leaves of 1M", 25, limits.treeMilliseconds, ms, true),
    goal("memory an account, all in, bytes", 600, nodeBytesPerAccount, whole, true),
    goal("against anvil", 30, peer("anvil"), times),
    goal("against Hardhat", 80, peer("hardhat"), times),
    goal("bytes an envelope posted", 90, threeOf(figures).bytes, one, true),
  ];
}
