/** The product under load: each repeat on a fresh node from the same state, warmed up, with envelopes of its own. */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { LoadProcess } from "../load/driver.ts";
import type { BenchOptions } from "../options.ts";
import type { Phases } from "../report/phases.ts";
import { residentBytes } from "../stack/processes.ts";
import { startProduct } from "../stack/product.ts";
import type { Ground } from "./ground.ts";
import { type RunFigures, loadRun } from "./load-run.ts";
import type { LoadPart } from "./plan.ts";
import { type StageFigures, profiledRun } from "./stages.ts";

const SATURATED = { frameItems: 500, connections: 4, window: 12 };
const PACED = { frameItems: 100, connections: 4, window: 1_000_000 };
/** Posting is measured by the soak run; here everything that is sealed stays with the node. */
const NODE_OPTIONS = { maxUnpostedBytes: 2 ** 36, snapshotItems: 1e9, logBytes: 2 ** 40 };

export interface ProductFigures {
  /** As much as the node takes, or at the rate asked for. */
  readonly runs: readonly RunFigures[];
  /** At 100,000 envelopes a second, on a node of its own. */
  readonly paced: RunFigures | null;
  /** The same right behind the last load, on a node that holds all of it and of whom L1 took nothing. */
  readonly pacedBehind: RunFigures | null;
  readonly stages: StageFigures | null;
  /** Resident bytes of the node before the load, an account. */
  readonly nodeBytesPerAccount: number;
  /** From the start of a node to its first answer, with the whole state read and its root computed; seconds. */
  readonly startSeconds: number;
}

/** A node that takes loads, and what stands by it. */
export interface LoadedNode {
  readonly pid: number;
  readonly bytesAtStart: number;
  readonly startSeconds: number;
  apply(part: LoadPart): Promise<RunFigures>;
}

export async function measureProduct(
  ground: Ground,
  options: BenchOptions,
  folder: string,
  phases: Phases,
): Promise<ProductFigures> {
  const { plan } = ground;
  const { accounts, repeats } = options;
  const source = new Source(ground, options, folder);
  const runs: RunFigures[] = [];
  let pacedBehind: RunFigures | null = null;
  let paced: RunFigures | null = null;
  let [nodeBytesPerAccount, startSeconds] = [NaN, NaN];
  for (let i = 0; i < repeats; i++)
    await phases.run(`load ${i + 1} of ${repeats}`, () =>
      source.withNode(undefined, async (node) => {
        if (i === 0) [nodeBytesPerAccount, startSeconds] = [node.bytesAtStart / accounts, node.startSeconds];
        await node.apply(plan.warmUp);
        runs.push(await node.apply(plan.load));
        if (plan.paced !== undefined && i === repeats - 1) pacedBehind = await node.apply(plan.paced);
      }),
    );
  const { paced: part } = plan;
  if (part !== undefined)
    await phases.run("100,000 a second", () =>
      source.withNode(undefined, async (node) => {
        await node.apply(plan.warmUp);
        paced = await node.apply(part);
      }),
    );
  const stages =
    plan.stages === undefined
      ? null
      : await phases.run("the stages", () =>
          profiledRun(source, plan, runs, options.profile ?? join(folder, "profiles")),
        );
  return { runs, paced, pacedBehind, stages, nodeBytesPerAccount, startSeconds };
}

/** Nodes one after the other, and the envelopes that none of them has had. */
export class Source {
  private readonly ground: Ground;
  private readonly options: BenchOptions;
  private readonly folder: string;
  private nodes = 0;
  private from = 0;

  constructor(ground: Ground, options: BenchOptions, folder: string) {
    this.ground = ground;
    this.options = options;
    this.folder = folder;
  }

  /** Starts a node and a load generator, has them used, and stops them. @param profile folder for the node's CPU profiles */
  async withNode(profile: string | undefined, use: (node: LoadedNode) => Promise<void>): Promise<void> {
    const { l1, deployment, snapshot } = this.ground;
    const begun = performance.now();
    const folder = join(this.folder, `node-${this.nodes++}`);
    const product = await startProduct({
      mode: "sequencer",
      l1Url: l1.url,
      deployment,
      snapshot,
      folder,
      options: { ...NODE_OPTIONS, verifyThreads: this.options.verifiers },
      kernels: this.options.kernels,
      ...(profile === undefined ? {} : { profile }),
    });
    const { pid } = product.process;
    const startSeconds = (performance.now() - begun) / 1000;
    const load = new LoadProcess();
    const apply = ({ seconds, count, rate }: LoadPart): Promise<RunFigures> => {
      const shape = rate === undefined ? SATURATED : PACED;
      const order = { url: product.streamUrl, folder: this.ground.corpus, from: this.from, count, seconds, rate };
      this.from += count;
      return loadRun(load, { ...order, ...shape }, { node: pid, generator: load.pid, l1: l1.process.pid });
    };
    try {
      await use({ pid, bytesAtStart: residentBytes(pid), startSeconds, apply });
    } finally {
      load.stop();
      await product.process.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
