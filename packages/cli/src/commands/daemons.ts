import { batcherOptions, runBatcher } from "@lakh/batcher";
import { challengerOptions, runChallenger } from "@lakh/challenger";
import { nodeOptions, runNode } from "@lakh/node";
import { proposerOptions, runProposer } from "@lakh/proposer";
import {
  type OptionTable,
  type Options,
  type RunParts,
  createLifecycle,
  createLog,
  type serviceOptions,
  systemClock,
} from "@lakh/service";

import { type Command, command } from "../command.ts";
import { collectRarely } from "../heap.ts";
import { jsonTable } from "../tables.ts";

interface Program<Table extends OptionTable> {
  readonly role: string;
  readonly about: string;
  readonly table: Table;
  /** Starts it; it runs until the lifecycle stops. */
  readonly start: (options: Options<Table>, parts: RunParts) => Promise<{ readonly done: Promise<void> }>;
}

/** A command that runs a program until it ends or the user stops it; its log is its output. */
function daemon<Table extends OptionTable & typeof serviceOptions>({
  role,
  about,
  table,
  start,
}: Program<Table>): Command {
  return command({
    words: role,
    about,
    role,
    table: { ...table, ...jsonTable },
    stopsItself: true,
    async run({ options: given, signal }) {
      // The spread above keeps every option of the program's own table.
      const options = given as Options<Table> & Options<typeof serviceOptions & typeof jsonTable>;
      const log = createLog({
        service: role,
        level: options.logLevel,
        format: options.json ? "json" : options.logFormat,
      });
      const lifecycle = createLifecycle(log);
      const stop = (): void => void lifecycle.stop("signal");
      signal.addEventListener("abort", stop);
      try {
        const { done } = await start(options, { log, clock: systemClock, lifecycle });
        await done;
      } finally {
        signal.removeEventListener("abort", stop);
        await lifecycle.stop("the end");
      }
    },
  });
}

export const daemonCommands: readonly Command[] = [
  daemon({
    role: "node",
    about: "Runs a node: a follower that derives the chain from L1 alone, or the sequencer",
    table: nodeOptions,
    start: async (options, run) => {
      const node = await runNode(options, run);
      collectRarely();
      return node;
    },
  }),
  daemon({
    role: "batcher",
    about: "Posts the sequencer's sealed entries to the Inbox",
    table: batcherOptions,
    start: runBatcher,
  }),
  daemon({
    role: "proposer",
    about: "Claims what it derives from L1, and defends it",
    table: proposerOptions,
    start: runProposer,
  }),
  daemon({
    role: "challenger",
    about: "Challenges false claims, settles, collects bonds",
    table: challengerOptions,
    start: runChallenger,
  }),
];
