/** The node's options: one table gives type, flag, environment variable, help and redaction. */
import { MAX_BATCH, MAX_BLOB_BATCH } from "@lakh/protocol";
import {
  choice,
  integer,
  l1Options,
  optional,
  type Option,
  type Options,
  path,
  secret,
  serviceOptions,
  text,
  url,
} from "@lakh/service";

const SECONDS_MOST = 86_400;
const BYTES_MOST = 2 ** 40;

/** Origins of web pages. */
function origins({ help }: { readonly help: string }): Option<readonly string[]> {
  const isOrigin = (given: string): boolean => given === "*" || URL.parse(given)?.origin === given;
  return {
    help,
    expects: "origins such as https://wallet.example, with commas in between, or *",
    fallback: [],
    parse: (given) => {
      const list = given.split(",").map((one) => one.trim());
      return list.every(isOrigin) ? list : undefined;
    },
    show: (list) => (list.length === 0 ? "none" : list.join(", ")),
  };
}

/** What the pieces of the option table share is in `@lakh/service`; the role's name is `node` (variables `LAKH_NODE_…`). */
export const nodeOptions = {
  mode: choice(["follower", "sequencer"], {
    help: "derive from L1 only, or also order envelopes",
    fallback: "follower",
  }),
  ...l1Options,
  dataDir: path({ help: "folder of the store" }),
  sequencerKey: secret({ help: "private key that signs receipts, 0x and 64 hex digits; or use sequencerKeyFile" }),
  sequencerKeyFile: optional(path({ help: "file with that key, or an encrypted ethers keystore (JSON)" })),
  sequencerKeyPassword: secret({ help: "password of the keystore" }),

  rpcHost: text({ help: "address that serves the RPC", fallback: "127.0.0.1" }),
  rpcPort: integer(0, 65_535, { help: "port of the RPC; 0: any free one", fallback: 8645 }),
  rpcMaxRequestBytes: integer(1024, 2 ** 28, { help: "longest request, bytes", fallback: 4 * 2 ** 20 }),
  rpcMaxBatch: integer(1, 10_000, { help: "most calls of one JSON-RPC array", fallback: 100 }),
  rpcCallsPerSecond: integer(1, 10 ** 9, { help: "calls a second of one address, on average", fallback: 5000 }),
  rpcMaxConnections: integer(1, 100_000, {
    help: "most WebSocket connections; twice as many of all kinds",
    fallback: 1000,
  }),
  rpcMaxAddressConnections: integer(1, 100_000, {
    help: "most connections of one address, of all kinds; raise it behind a proxy",
    fallback: 250,
  }),
  rpcMaxSubscriptions: integer(1, 10_000, { help: "most subscriptions of one connection", fallback: 100 }),
  rpcMaxBacklogBytes: integer(1024, 2 ** 30, {
    help: "unsent bytes at which a slow reader is cut off",
    fallback: 2 ** 23,
  }),
  rpcRequestMilliseconds: integer(100, 600_000, {
    help: "time within which a request must have come in whole; twice that without a sign of life ends a connection",
    fallback: 30_000,
  }),
  rpcCorsOrigins: origins({ help: "web pages that may call the RPC, by origin; none unless given" }),

  streamMaxFrameBytes: integer(2048, 2 ** 28, { help: "longest frame of the binary stream, bytes", fallback: 2 ** 20 }),
  streamMaxItems: integer(1, 65_535, { help: "most envelopes of a submission", fallback: 8192 }),
  streamMaxConnections: integer(1, 100_000, { help: "most connections of the binary stream", fallback: 256 }),
  streamMaxAddressConnections: integer(1, 100_000, {
    help: "most connections of the binary stream of one address; raise it behind a proxy",
    fallback: 64,
  }),
  streamConnectionBytes: integer(1, BYTES_MOST, {
    help: "bytes under way above which a connection is not read",
    fallback: 4 * 2 ** 20,
  }),
  streamTotalBytes: integer(1, BYTES_MOST, {
    help: "bytes under way above which connections with their share are not read",
    fallback: 64 * 2 ** 20,
  }),
  streamTurn: integer(1, 65_535, { help: "envelopes that a connection verifies in a row", fallback: 128 }),
  verifyThreads: integer(1, 256, {
    help: "threads that verify signatures: of the stream, and of entries while far behind L1",
    fallback: 2,
  }),
  keyAccounts: integer(0, 2 ** 28, {
    help: "accounts, by index, whose owners' public keys the verifiers remember (65 bytes each)",
    fallback: 2 ** 21,
  }),
  commitMilliseconds: integer(0, 10_000, { help: "least time between two commits of the stream", fallback: 4 }),

  pollMilliseconds: integer(10, 60_000, { help: "pause between looks at L1 when nothing is new", fallback: 500 }),
  l1RangeBlocks: integer(1, 100_000, { help: "most blocks of one eth_getLogs", fallback: 1000 }),
  l1FinalityBlocks: integer(0, 1_000_000, {
    help: "L1 blocks behind the head that count as final; 0: ask L1 for its finalized block",
    fallback: 0,
  }),
  beaconUrl: optional(url({ help: "API of a consensus node, which has the blobs of the last weeks" })),
  archiveUrl: optional(url({ help: "JSON-RPC of another Lakh node, asked for blobs that the consensus node lacks" })),
  archiveEntries: choice(["all", "unconfirmed"], {
    help: "data of entries kept: of all, or, by pruning at the start, of those that no confirmed claim covers",
    fallback: "all",
  }),
  snapshotUrl: optional(
    url({
      help: "JSON-RPC of a Lakh node whose state a new follower starts from, checked against the confirmed claim",
    }),
  ),
  snapshotOffers: integer(0, 100, {
    help: "snapshots at confirmed claims kept for new nodes, each made when it is asked for first; 0: none",
    fallback: 0,
  }),
  snapshotItems: integer(1, 10 ** 9, {
    help: "items between two snapshots, and at least as many as there are objects",
    fallback: 5_000_000,
  }),
  snapshotKeep: integer(1, 1000, { help: "snapshots kept", fallback: 8 }),
  undoBytes: integer(0, BYTES_MOST, {
    help: "memory for old records; entries that are not covered are undone by a snapshot and replay",
    fallback: 256 * 2 ** 20,
  }),

  minFeeGwei: integer(0, Number.MAX_SAFE_INTEGER, { help: "least fee of an envelope, gwei", fallback: 0 }),
  sealBytes: integer(1100, MAX_BLOB_BATCH, {
    help: "size at which an entry is sealed, bytes; as calldata never more than 98,304",
    fallback: MAX_BLOB_BATCH,
  }),
  sealMilliseconds: integer(1, SECONDS_MOST * 1000, { help: "age at which an entry is sealed", fallback: 2000 }),
  maxUnpostedBytes: integer(MAX_BATCH, BYTES_MOST, {
    help: "bytes sealed and not on L1 at which nothing more is accepted",
    fallback: 64 * 2 ** 20,
  }),
  queueConfirmations: integer(0, 10_000, { help: "L1 blocks behind a queue item before it is included", fallback: 0 }),
  accountEnvelopesPerSecond: integer(1, 10 ** 9, {
    help: "envelopes of one account accepted in a second",
    fallback: 20_000,
  }),
  receiptCapacity: integer(1000, 10 ** 9, { help: "receipts that can be asked for again", fallback: 1_000_000 }),
  logBytes: integer(2 ** 12, BYTES_MOST, { help: "size at which the sequencer's log is cut", fallback: 256 * 2 ** 20 }),
  ...serviceOptions,
};

export type NodeOptions = Options<typeof nodeOptions>;
