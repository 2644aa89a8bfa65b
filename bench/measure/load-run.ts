/** One load on the running product, with what it cost. */
import type { LoadProcess } from "../load/driver.ts";
import type { LoadOrder, LoadReport } from "../load/orders.ts";
import { cpuSeconds, residentBytes } from "../stack/processes.ts";

/** The processes whose CPU time counts. */
export interface Measured {
  readonly node: number;
  readonly generator: number;
  readonly l1: number;
}

export interface RunFigures extends LoadReport {
  /** Acknowledged envelopes a second. */
  readonly perSecond: number;
  /** CPU microseconds an acknowledged envelope, by process. */
  readonly cpu: { readonly node: number; readonly generator: number; readonly l1: number };
  /** Cores that all processes together kept busy. */
  readonly cores: number;
  /** Resident memory of the node at the end. */
  readonly nodeBytes: number;
}

export async function loadRun(load: LoadProcess, order: LoadOrder, pids: Measured): Promise<RunFigures> {
  await load.prepare(order);
  const before = used(pids);
  const report = await load.run();
  const after = used(pids);
  const each = (seconds: number): number => (1e6 * seconds) / report.acknowledged;
  const cpu = {
    node: each(after.node - before.node),
    generator: each(after.generator - before.generator),
    l1: each(after.l1 - before.l1),
  };
  const perSecond = report.acknowledged / report.seconds;
  return {
    ...report,
    perSecond,
    cpu,
    cores: ((cpu.node + cpu.generator + cpu.l1) * perSecond) / 1e6,
    nodeBytes: residentBytes(pids.node),
  };
}

function used({ node, generator, l1 }: Measured) {
  return { node: cpuSeconds(node), generator: cpuSeconds(generator), l1: cpuSeconds(l1) };
}

/** Median of some figures, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (i: number): number => sorted[i] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    least: at(0),
    most: at(sorted.length - 1),
  };
}
