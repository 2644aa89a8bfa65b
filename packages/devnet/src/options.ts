import { choice, integer, optional, path, toggle, url, type Options } from "@lakh/service";

export const devnetOptions = {
  once: toggle({ help: "end after the story, with a table" }),
  l1: optional(
    url({
      help: "use this L1 in place of a Hardhat node; it mines every second and funds the development mnemonic's accounts",
    }),
  ),
  l1Port: integer(1, 65_535, { help: "port of the Hardhat node", fallback: 8545 }),
  rpcPort: integer(0, 65_535, { help: "port of the sequencer's RPC; 0: any free one", fallback: 8645 }),
  followerPort: integer(0, 65_535, { help: "port of the follower's RPC; 0: any free one", fallback: 8646 }),
  dir: optional(path({ help: "folder for stores and logs, kept; not given: a temporary one" })),
  parameters: optional(path({ help: "rules of the deployment; not given: parameters/devnet.json" })),
  da: choice(["calldata", "blobs", "auto"], { help: "how batches get to L1", fallback: "calldata" }),
  burst: integer(1, 100_000, { help: "envelopes in the burst at the end", fallback: 2_000 }),
};

export type DevnetOptions = Options<typeof devnetOptions>;
