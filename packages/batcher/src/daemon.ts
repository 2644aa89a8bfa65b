import { KzgThread } from "@lakh/da";
import { runDaemon, type RunningDaemon, type RunParts } from "@lakh/service";

import { createBatcher } from "./batcher.ts";
import { batcherOptions, type BatcherOptions } from "./options.ts";
import { sealedEntriesOf } from "./sealed.ts";

/** Without a good step for so long the batcher calls itself unhealthy. */
const STALE_MILLISECONDS = 120_000;

/** Runs a batcher until the lifecycle stops. @throws CodedError fatal when options, key, chain or deployment are wrong */
export async function runBatcher(options: BatcherOptions, parts: RunParts): Promise<RunningDaemon> {
  const { pollMilliseconds: intervalMilliseconds, lookAhead, inFlight, da, nodeUrl, maxBlobFeeGwei } = options;
  const times = { intervalMilliseconds, staleMilliseconds: STALE_MILLISECONDS };
  const fees = { mostBlobWei: maxBlobFeeGwei };
  const config = { role: "batcher", table: batcherOptions, options, fees, ...times };
  return runDaemon(config, parts, async ({ deployment, l1, sender, clock, log, registry, lifecycle }) => {
    const node = sealedEntriesOf(nodeUrl);
    const kzg = new KzgThread({ onDeath: (err) => log.error({ code: "KzgDied", err }, "The KZG thread died") });
    lifecycle.onClose("kzg", () => kzg.close());
    const parts = { l1, sender, node, kzg, clock, log, registry };
    return createBatcher({ inbox: deployment.inbox, lookAhead, inFlight, da }, parts);
  });
}
