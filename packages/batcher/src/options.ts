import { daemonOptions, integer, url, type Options } from "@lakh/service";

export const batcherOptions = {
  ...daemonOptions,
  nodeUrl: url({ help: "JSON-RPC of the sequencer" }),
  pollMilliseconds: integer(50, 600_000, { help: "pause when there is nothing to post, ms", fallback: 1_000 }),
  lookAhead: integer(1, 256, { help: "sealed entries asked for at a time", fallback: 8 }),
};

export type BatcherOptions = Options<typeof batcherOptions>;
