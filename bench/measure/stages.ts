/**
 * Where each microsecond goes: a run with a profiler says how the CPU time of the node's threads divides into stages, the runs
 * without one how much there is to divide. So the table sums to what was measured, and the profiler's own cost is not in it.
 */
import { mkdirSync, rmSync } from "node:fs";

import { type ThreadTime, threadTimes } from "../stack/processes.ts";
import { type RunFigures, spreadOf } from "./load-run.ts";
import type { LoadPlan } from "./plan.ts";
import type { Source } from "./product-runs.ts";
import { type Functions, readProfiles } from "./profiles.ts";
import { OTHER, stageOf } from "./stage-names.ts";

/** Names of Linux threads of Node.js that run no JavaScript. */
const HELPERS: readonly (readonly [string, RegExp])[] = [
  ["the disk's threads (libuv)", /^libuv/],
  ["helper threads of V8: garbage collection, compilation", /^(V8Worker|DelayedTask)/],
];
const PROFILER = /^(v8:Prof|SignalInspector)/;
/** A share of unknown functions from which on their names are given, and how many names. */
const MOST_UNKNOWN = 0.03;
const NAMES = 8;

export interface Stage {
  readonly name: string;
  /** CPU microseconds an envelope. */
  readonly microseconds: number;
}

export interface StageFigures {
  /** Of the node, the generator and L1; they sum to `microseconds`. */
  readonly stages: readonly Stage[];
  /** CPU time an envelope of all processes, the median of the runs without a profiler. */
  readonly microseconds: number;
  /** The same of the run with the profiler. */
  readonly profiledMicroseconds: number;
  /** Largest functions of no known stage, when they are more than 3 % of the node. */
  readonly unknown: readonly Stage[];
}

/** @param folder receives the profiles */
export async function profiledRun(
  source: Source,
  plan: LoadPlan,
  runs: readonly RunFigures[],
  folder: string,
): Promise<StageFigures> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let threads: ThreadTime[] = [];
  let run: RunFigures | undefined;
  await source.withNode(folder, async (node) => {
    await node.apply(plan.warmUp);
    const before = new Map(threadTimes(node.pid).map(({ id, seconds }) => [id, seconds]));
    run = await node.apply(plan.stages ?? plan.load);
    threads = threadTimes(node.pid).map((thread) => {
      return { ...thread, seconds: thread.seconds - (before.get(thread.id) ?? 0) };
    });
  });
  if (run === undefined) throw new Error("invariant: a node that was started is used");
  return stagesOf(readProfiles(folder, run.seconds), threads, runs, run);
}

function stagesOf(
  profiles: readonly Functions[],
  threads: readonly ThreadTime[],
  runs: readonly RunFigures[],
  profiled: RunFigures,
): StageFigures {
  const seconds = new Map<string, number>();
  const unknown = new Map<string, number>();
  const add = (sums: Map<string, number>, name: string, more: number): unknown =>
    sums.set(name, (sums.get(name) ?? 0) + more);
  const scripts = threads.filter(({ name }) => !PROFILER.test(name) && !HELPERS.some(([, of]) => of.test(name)));
  if (scripts.length !== profiles.length)
    throw new Error(`${profiles.length} profiles of ${scripts.length} threads: ${scripts.map((t) => t.name).join()}`);
  profiles.forEach((functions, i) => {
    const sampled = [...functions.values()].reduce((sum, value) => sum + value, 0);
    for (const [name, microseconds] of functions) {
      const share = ((scripts[i] as ThreadTime).seconds * microseconds) / sampled;
      const stage = stageOf(name);
      add(seconds, stage, share);
      if (stage === OTHER) add(unknown, name, share);
    }
  });
  for (const [stage, of] of HELPERS)
    for (const thread of threads) if (of.test(thread.name)) add(seconds, stage, thread.seconds);
  const total = [...seconds.values()].reduce((sum, value) => sum + value, 0);
  const cpu = (who: "node" | "generator" | "l1"): number => spreadOf(runs.map((run) => run.cpu[who])).median;
  const byTime = (sums: ReadonlyMap<string, number>): Stage[] =>
    [...sums]
      .sort((a, b) => b[1] - a[1])
      .map(([name, value]) => ({ name, microseconds: (value / total) * cpu("node") }));
  const isUnclear = (seconds.get(OTHER) ?? 0) > MOST_UNKNOWN * total;
  return {
    stages: [
      ...byTime(seconds),
      { name: "load generator", microseconds: cpu("generator") },
      { name: "L1 (anvil, a block a second)", microseconds: cpu("l1") },
    ],
    microseconds: cpu("node") + cpu("generator") + cpu("l1"),
    profiledMicroseconds: profiled.cpu.node + profiled.cpu.generator + profiled.cpu.l1,
    unknown: isUnclear ? byTime(unknown).slice(0, NAMES) : [],
  };
}
