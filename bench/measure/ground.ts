/** What a run stands on: an L1 with the contracts, a state of many accounts, the limits of the machine, signed envelopes. */
import type { Deployment } from "@lakh/bindings";
import { takeSnapshot } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";

import { makeCorpus } from "../load/corpus.ts";
import type { FileSwap, MixName } from "../load/mixes.ts";
import { readSwaps } from "../load/swap-file.ts";
import { makeWorld, wealthOf } from "../load/world.ts";
import type { BenchOptions } from "../options.ts";
import type { Phases } from "../report/phases.ts";
import { type Chain, mineEvery, startAnvil } from "../stack/l1.ts";
import { deploy, worldConfig } from "../stack/product.ts";
import { type FollowerRate, followerRate } from "./follower.ts";
import { type Limits, measureLimits } from "./limits.ts";
import { type LoadPlan, planLoad } from "./plan.ts";

/** An account can pay the largest swap of a file so many times. */
const SWAPS_OF_WEALTH = 4n;
/** Longest single measurement of a limit, seconds. */
const LIMIT_SECONDS = 3;

export interface Ground {
  readonly l1: Chain;
  readonly deployment: Deployment;
  readonly snapshot: Uint8Array;
  readonly limits: Limits;
  readonly follower: FollowerRate;
  readonly plan: LoadPlan;
  /** Folder of the signed envelopes. */
  readonly corpus: string;
}

/** The kinds of envelopes: of a mix, or the swaps of a file. */
export function mixOf({ mix, accounts }: BenchOptions): MixName | { readonly file: readonly FileSwap[] } {
  if (typeof mix === "string") return mix;
  return { file: readSwaps(mix.csv, wealthOf(accounts) / SWAPS_OF_WEALTH) };
}

export async function prepareGround(options: BenchOptions, folder: string, phases: Phases): Promise<Ground> {
  const { accounts, cores, seconds } = options;
  const mix = mixOf(options);
  const l1 = await phases.run("starting an L1 with the contracts", async () => {
    const chain = await startAnvil(folder);
    const deployment = await deploy(chain.url);
    await mineEvery(chain.url, 1);
    return { chain, deployment };
  });
  const { chain, deployment } = l1;
  const { engine, snapshot } = await phases.run(
    `making a state of ${accounts.toLocaleString("en")} accounts`,
    async (progress) => {
      const made = makeWorld(worldConfig(deployment), accounts, await loadKernels(""), progress);
      return { engine: made, snapshot: takeSnapshot(made) };
    },
  );
  const first = await phases.run("signing the first envelopes", () => makeCorpus(engine, { accounts, mix }, 1, 1));
  const kernels = await loadKernels(options.kernels);
  const limits = await phases.run("measuring the limits", () =>
    measureLimits({
      engine,
      snapshot,
      kernels,
      kernelsName: options.kernels,
      corpus: first.folder,
      folder,
      accounts,
      cores,
      seconds: Math.min(LIMIT_SECONDS, seconds),
    }),
  );
  const plan = planLoad(options, limits.recovery.microseconds);
  const { folder: corpus } = await phases.run(
    `signing up to ${plan.envelopes.toLocaleString("en")} envelopes, kept for later runs`,
    (progress) => makeCorpus(engine, { accounts, mix }, plan.envelopes, cores, progress),
  );
  const follower = await phases.run("replaying as a follower", () =>
    followerRate({
      config: engine.config,
      snapshot,
      folder,
      corpus,
      accounts,
      signed: plan.envelopes,
      threads: options.verifiers,
      kernels: options.kernels,
    }),
  );
  return { l1: chain, deployment, snapshot, limits, follower, plan, corpus };
}
