import { startDaemon, type Clock, type Daemon } from "@lakh/service";

import { createBatcher } from "./batcher.ts";
import { batcherOptions, type BatcherOptions } from "./options.ts";
import { sealedEntriesOf } from "./sealed.ts";

/** Starts a batcher as a daemon. @throws CodedError fatal when options, key, chain or deployment are wrong */
export async function startBatcher(options: BatcherOptions, clock?: Clock): Promise<Daemon> {
  const { pollMilliseconds, lookAhead, nodeUrl } = options;
  const intervalMilliseconds = pollMilliseconds;
  const staleMilliseconds = 60_000 + 10 * pollMilliseconds;
  const config = { role: "batcher", table: batcherOptions, options, intervalMilliseconds, staleMilliseconds };
  return startDaemon(
    config,
    async ({ deployment, l1, sender, log, registry }) => {
      const node = sealedEntriesOf(nodeUrl);
      return createBatcher({ inbox: deployment.inbox, lookAhead }, { l1, sender, node, log, registry });
    },
    clock,
  );
}
