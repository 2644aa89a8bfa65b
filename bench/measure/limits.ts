/** What bounds the product, each part by itself, in the same run and from the same envelopes. */
import { type Engine, restoreEngine } from "@lakh/engine";
import type { Kernels } from "@lakh/kernels";
import { domainSeparator } from "@lakh/protocol";

import { partFile, tagTable } from "../load/corpus.ts";
import { type DiskRate, diskRate } from "./disk.ts";
import { type EngineCost, executeEntries, treeUpdateMilliseconds } from "./engine-parts.ts";
import { entriesOf } from "./entries.ts";
import { type RecoveryRate, recoveryRate } from "./recovery.ts";

export interface Limits {
  readonly recovery: RecoveryRate;
  readonly disk: DiskRate;
  readonly engine: EngineCost;
  /** Microseconds an envelope where the kernels execute none. */
  readonly executeInTypeScript: number;
  readonly treeMilliseconds: number;
  /** Bytes that state and tree reserve an account. */
  readonly stateBytes: number;
}

export interface LimitParts {
  readonly engine: Engine;
  readonly snapshot: Uint8Array;
  readonly kernels: Kernels;
  readonly kernelsName: string;
  readonly corpus: string;
  /** Folder on the disk of the node's log. */
  readonly folder: string;
  readonly accounts: number;
  readonly cores: number;
  /** Length of each measurement that lasts as long as one wants. */
  readonly seconds: number;
}

/** Envelopes that execution is measured on; the portable kernels hash more slowly. */
const ENVELOPES = { native: 200_000, portable: 40_000 };

export async function measureLimits(parts: LimitParts): Promise<Limits> {
  const { engine, snapshot, kernels, kernelsName, corpus, folder, accounts, cores, seconds } = parts;
  const { state, tree } = engine.memoryBytes();
  const work = {
    part: partFile(corpus, 0),
    tags: tagTable(engine),
    domain: domainSeparator(engine.config),
    seconds,
    kernels: kernelsName,
  };
  const recovery = await recoveryRate(work, cores);
  const disk = await diskRate(folder, seconds);
  const count = kernelsName === "portable" ? ENVELOPES.portable : ENVELOPES.native;
  const entries = entriesOf(corpus, 0, count);
  const costOf = (asNode: boolean): EngineCost =>
    executeEntries(restoreEngine(snapshot, engine.config, kernels), entries, asNode);
  const executeInTypeScript = costOf(false).execute;
  return {
    recovery,
    disk,
    engine: costOf(true),
    executeInTypeScript,
    treeMilliseconds: treeUpdateMilliseconds(kernels),
    stateBytes: (state + tree) / accounts,
  };
}
