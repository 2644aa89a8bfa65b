/** A follower inside another program, with the options that it needs there. */
import { join } from "node:path";

import { loadKernels } from "@lakh/kernels";
import type { Clock, Lifecycle, Log, Options } from "@lakh/service";

import type { NodeDeployment } from "./deployment.ts";
import { CATCH_UP_BYTES } from "./follower.ts";
import type { L1Provider } from "./l1/reader.ts";
import { LakhNode } from "./node.ts";
import { nodeOptions } from "./options.ts";

/** Beside a `dataDir`. */
export const followerOptions = {
  l1RangeBlocks: nodeOptions.l1RangeBlocks,
  l1FinalityBlocks: nodeOptions.l1FinalityBlocks,
  beaconUrl: nodeOptions.beaconUrl,
  archiveUrl: nodeOptions.archiveUrl,
  snapshotUrl: nodeOptions.snapshotUrl,
  snapshotItems: nodeOptions.snapshotItems,
  snapshotKeep: nodeOptions.snapshotKeep,
  verifyThreads: nodeOptions.verifyThreads,
  keyAccounts: nodeOptions.keyAccounts,
  undoBytes: nodeOptions.undoBytes,
};

export interface FollowerParts {
  readonly deployment: NodeDeployment;
  readonly l1: L1Provider;
  readonly log: Log;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
}

/**
 * Opens a follower that the caller steps; its store is a folder of the caller's.
 * @throws CodedError L1WrongChain, L1NoInbox, L1Unreachable, StoreMismatch, StoreIo, StoreCorrupt
 */
export async function openFollower(
  options: Options<typeof followerOptions> & { readonly dataDir: string },
  { deployment, l1, log, clock, lifecycle }: FollowerParts,
): Promise<LakhNode> {
  const config = {
    deployment,
    dataDir: join(options.dataDir, "follower"),
    rangeBlocks: options.l1RangeBlocks,
    finalityBlocks: options.l1FinalityBlocks,
    blobSources: { beaconUrl: options.beaconUrl, archiveUrl: options.archiveUrl },
    snapshotUrl: options.snapshotUrl,
    snapshotItems: options.snapshotItems,
    snapshotKeep: options.snapshotKeep,
    catchUp: { threads: options.verifyThreads, keyAccounts: options.keyAccounts, ...CATCH_UP_BYTES },
    undoBytes: options.undoBytes,
  };
  const node = await LakhNode.open(config, { l1, kernels: await loadKernels(), log, clock });
  lifecycle.onClose("follower", () => node.close());
  return node;
}
