import { choice, daemonOptions, DEFAULT_FEES, gwei, integer, url, type Options } from "@lakh/service";

export const batcherOptions = {
  ...daemonOptions,
  nodeUrl: url({ help: "JSON-RPC of the sequencer" }),
  pollMilliseconds: integer(50, 600_000, { help: "pause when there is nothing to post, ms", fallback: 1_000 }),
  da: choice(["calldata", "blobs", "auto"], {
    help: "how the sequencer is advised to send its next entries; auto: what costs less",
    fallback: "calldata",
  }),
  maxBlobFeeGwei: gwei({
    help: "most gwei a blob gas (131,072 a blob) paid; above it the batcher alerts and waits",
    fallback: DEFAULT_FEES.mostBlobWei,
  }),
  lookAhead: integer(1, 256, { help: "sealed entries asked for at a time", fallback: 16 }),
  inFlight: integer(1, 16, { help: "entries posted at a time", fallback: 4 }),
};

export type BatcherOptions = Options<typeof batcherOptions>;
