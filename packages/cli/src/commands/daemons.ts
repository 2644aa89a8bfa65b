import { type BatcherOptions, batcherOptions, startBatcher } from "@lakh/batcher";
import { nodeOptions, runNode } from "@lakh/node";
import { type Daemon, createLifecycle, createLog, systemClock } from "@lakh/service";

import { type Command, command } from "../command.ts";

const node = command({
  words: "node",
  about: "Runs a node: a follower that derives the chain from L1 alone, or the sequencer",
  role: "node",
  table: nodeOptions,
  async run({ options, signal }) {
    const log = createLog({ service: "node", level: options.logLevel, format: options.logFormat });
    const lifecycle = createLifecycle(log);
    const stop = (): void => void lifecycle.stop("signal");
    signal.addEventListener("abort", stop);
    try {
      const { done } = await runNode(options, { log, clock: systemClock, lifecycle });
      await done;
    } finally {
      signal.removeEventListener("abort", stop);
      await lifecycle.stop("the end");
    }
  },
});

/** Runs a daemon until it ends or the user stops it. */
async function untilStopped(start: Promise<Daemon>, signal: AbortSignal): Promise<void> {
  const daemon = await start;
  const stop = (): void => void daemon.stop("signal");
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  await daemon.done.finally(() => signal.removeEventListener("abort", stop));
  await daemon.stop("the end");
}

const batcher = command({
  words: "batcher",
  about: "Posts the sequencer's sealed entries to the Inbox",
  role: "batcher",
  table: batcherOptions,
  run: ({ options, signal }) => untilStopped(startBatcher(options satisfies BatcherOptions), signal),
});

export const daemonCommands: readonly Command[] = [node, batcher];
