import { createTruth, openFollower } from "@lakh/node";
import { runDaemon, type RunningDaemon, type RunParts } from "@lakh/service";

import { createChallenger } from "./challenger.ts";
import { challengerOptions, type ChallengerOptions } from "./options.ts";

/** Without a good step for so long the challenger calls itself unhealthy; the first derivation of a long chain may take that long. */
const STALE_MILLISECONDS = 300_000;

/** Runs a challenger until the lifecycle stops. @throws CodedError fatal when options, key, chain or deployment are wrong */
export async function runChallenger(options: ChallengerOptions, parts: RunParts): Promise<RunningDaemon> {
  const times = { intervalMilliseconds: options.pollMilliseconds, staleMilliseconds: STALE_MILLISECONDS };
  const config = { role: "challenger", table: challengerOptions, options, ...times };
  return runDaemon(config, parts, async ({ deployment, l1, sender, log, registry }) => {
    const node = await openFollower(options, { ...parts, deployment, l1: l1.provider });
    const { claims, deployedAtBlock: fromBlock } = deployment;
    const { marginSeconds, l1RangeBlocks: blocksAtOnce } = options;
    const rules = { claims, fromBlock, blocksAtOnce, marginSeconds };
    return createChallenger(rules, { l1, sender, truth: createTruth(node), log, registry });
  });
}
