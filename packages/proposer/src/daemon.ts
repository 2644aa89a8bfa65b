import { createTruth, openFollower } from "@lakh/node";
import { runDaemon, type RunningDaemon, type RunParts } from "@lakh/service";

import { createProposer } from "./proposer.ts";
import { proposerOptions, type ProposerOptions } from "./options.ts";

/** Without a good step for so long the proposer calls itself unhealthy; the first derivation of a long chain may take that long. */
const STALE_MILLISECONDS = 300_000;

/** Runs a proposer until the lifecycle stops. @throws CodedError fatal when options, key, chain or deployment are wrong */
export async function runProposer(options: ProposerOptions, parts: RunParts): Promise<RunningDaemon> {
  const times = { intervalMilliseconds: options.pollMilliseconds, staleMilliseconds: STALE_MILLISECONDS };
  const config = { role: "proposer", table: proposerOptions, options, ...times };
  return runDaemon(config, parts, async ({ deployment, l1, sender, log, registry }) => {
    const node = await openFollower(options, { ...parts, deployment, l1: l1.provider });
    const { claimIntervalSeconds: intervalSeconds, mostPendingClaims: mostPending } = options;
    const { claims, deployedAtBlock: fromBlock } = deployment;
    const { marginSeconds, l1RangeBlocks: blocksAtOnce } = options;
    const rules = { claims, fromBlock, blocksAtOnce, marginSeconds, intervalSeconds, mostPending };
    return createProposer(rules, { l1, sender, truth: createTruth(node), log, registry });
  });
}
