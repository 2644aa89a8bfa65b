/** The chain derived from L1 alone, in this process and in memory: an opinion that owes nothing to any node. */
import { loadKernels } from "@lakh/kernels";
import { LakhNode } from "@lakh/node";
import { type Hex, type Machine, machineHash } from "@lakh/protocol";
import type { ChainInfo } from "@lakh/sdk";
import { connectL1, silentLog, systemClock } from "@lakh/service";

import type { BlobUrls } from "./nodes.ts";

export interface DerivationConfig {
  readonly l1Url: string;
  /** Where the contracts are; the rest comes from L1. */
  readonly info: ChainInfo;
  /** First entry that is not wanted. */
  readonly entry: bigint;
  /** Where blobs come from; each is checked against L1. */
  readonly blobs?: BlobUrls;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

const SETTINGS = {
  dataDir: undefined,
  rangeBlocks: 1_000,
  finalityBlocks: 0,
  snapshotItems: 1_000_000_000,
  snapshotKeep: 1,
  undoBytes: 2 ** 26,
};

export interface Derivation {
  /** At the start of the entry. */
  readonly machine: Machine;
  readonly hash: Hex;
  /** From an empty state, reading of L1 included. */
  readonly seconds: number;
}

/** Derives the chain up to an entry. @throws CodedError of L1; retry `Aborted` */
export async function derive(config: DerivationConfig): Promise<Derivation> {
  const { l1Url, info, entry, blobs: blobSources = {}, progress, signal } = config;
  const started = performance.now();
  const parts = { log: silentLog(), clock: systemClock };
  const { provider } = await connectL1({ url: l1Url, chainId: info.chainId }, { ...parts, signal });
  const deployment = { ...info, deployedAtBlock: 0 };
  const node = await LakhNode.open(
    { deployment, ...SETTINGS, blobSources },
    { l1: provider, kernels: await loadKernels(), ...parts },
  );
  try {
    while (node.safeLength < Number(entry)) {
      progress(`deriving from L1 alone: entry ${node.safeLength} of ${entry}`);
      await node.step(signal);
      signal.throwIfAborted();
    }
    const machine = await node.machineAt(Number(entry));
    return { machine, hash: machineHash(machine), seconds: (performance.now() - started) / 1000 };
  } finally {
    await node.close();
    provider.destroy();
  }
}
