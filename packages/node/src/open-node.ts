/** Wires a node: checks L1, opens the store, and starts the chain from the latest state that will not be undone. */
import { KzgThread } from "@lakh/da";
import type { EngineConfig } from "@lakh/engine";
import { rememberSigners } from "@lakh/kernels";
import { type Address, type Hex, ZERO_HASH } from "@lakh/protocol";
import type { Log } from "@lakh/service";

import { Chain } from "./chain.ts";
import type { NodeDeployment } from "./deployment.ts";
import { L1Tracker } from "./derivation/tracker.ts";
import { nodeError } from "./errors.ts";
import { History } from "./history.ts";
import { createBlobReader } from "./l1/blob-reader.ts";
import type { BlobSource } from "./l1/blob-source.ts";
import { archiveBlobs, beaconBlobs, ownBlobs } from "./l1/blob-sources.ts";
import { L1Reader } from "./l1/reader.ts";
import { SequencerLog } from "./log/sequencer-log.ts";
import type { NodeConfig, NodeDeps } from "./node.ts";
import { BatchHasher } from "./sequencer/batch-hash.ts";
import { sealLeftOpen } from "./sequencer/left-open.ts";
import { Sequencer } from "./sequencer/sequencer.ts";
import { type ConfirmedClaim, readConfirmed } from "./snapshot/confirmed.ts";
import { join, readUpTo } from "./snapshot/join.ts";
import { Offers } from "./snapshot/offers.ts";
import { Archive } from "./store/archive.ts";
import { type DataDir, openDataDir } from "./store/data-dir.ts";
import { Disk } from "./store/disk.ts";
import { pruneConfirmed } from "./store/prune.ts";
import { Results } from "./store/results.ts";
import { Snapshots } from "./store/snapshots.ts";

/** Signers remembered of what is replayed: for disputes and older states, not of what the chain executes. */
const SIGNER_CAPACITY = 600_000;

/** What a node is made of. */
export interface Opened {
  readonly reader: L1Reader;
  readonly tracker: L1Tracker;
  readonly archive: Archive;
  readonly snapshots: Snapshots;
  readonly results: Results;
  readonly history: History;
  readonly chain: Chain;
  readonly sequencer: Sequencer | undefined;
  readonly sequencerLog: SequencerLog | undefined;
  readonly offers: Offers | undefined;
  readonly disk: Disk;
  /** Commits to blobs and proves what stands in them. */
  readonly kzg: KzgThread;
  /** Gives the data folder back. */
  readonly release: () => void;
}

/** @throws CodedError L1WrongChain, L1NoInbox, L1Unreachable, StoreMismatch, Locked, StoreIo, StoreCorrupt, BadConfig */
export async function openParts(config: NodeConfig, deps: NodeDeps): Promise<Opened> {
  const { deployment, dataDir, finalityBlocks } = config;
  checkStart(config);
  const { chainId, inbox } = engineConfigOf(deployment);
  const reader = new L1Reader(deps.l1, { chainId, inbox, finalityBlocks });
  await reader.check();
  const dir = dataDir === undefined ? undefined : await openDataDir(dataDir, deployment);
  const kzg = deps.kzg ?? openKzg(deps.log);
  try {
    return await openStore(config, { ...deps, kzg }, reader, dir);
  } catch (error) {
    if (deps.kzg === undefined) await kzg.close();
    dir?.release();
    throw error;
  }
}

/** Its thread starts when it is needed first. */
function openKzg(log: Log): KzgThread {
  const onDeath = (error: unknown): void => log.error({ code: "KzgDied", err: error }, "The KZG thread died");
  return new KzgThread({ onDeath });
}

/** What a node is opened with, its KZG included. */
type Deps = NodeDeps & { readonly kzg: KzgThread };

/** A sequencer must not begin where somebody else says: it begins as a follower, and goes on from there. */
function checkStart({ sequencer, snapshotUrl }: NodeConfig): void {
  if (sequencer !== undefined && snapshotUrl !== undefined)
    throw nodeError("BadConfig", "a follower starts from a snapshot, a sequencer does not: run it as a follower first");
}

/** What is kept from run to run. */
interface Store {
  readonly dir: DataDir | undefined;
  readonly disk: Disk;
  readonly snapshots: Snapshots;
  readonly archive: Archive;
  readonly results: Results;
  readonly confirmed: () => Promise<ConfirmedClaim | undefined>;
}

async function openStore(config: NodeConfig, deps: Deps, reader: L1Reader, dir: DataDir | undefined): Promise<Opened> {
  const { snapshotKeep: keep, archiveEntries } = config;
  const disk = new Disk(deps.log);
  const confirmed = async () => readConfirmed(deps.l1, config, await reader.finalized(await reader.head()));
  const snapshots = dir === undefined ? Snapshots.inMemory(keep) : await Snapshots.open(dir.snapshots, keep);
  if (dir !== undefined && archiveEntries === "unconfirmed")
    await pruneConfirmed(dir.archive, { snapshots, confirmed, log: deps.log });
  const archive = dir === undefined ? Archive.inMemory() : await Archive.open(dir.archive, disk);
  const results = dir === undefined ? Results.inMemory() : await Results.open(dir.results, disk);
  try {
    return await startChain(config, deps, reader, { dir, disk, snapshots, archive, results, confirmed });
  } catch (error) {
    await Promise.allSettled([archive.close(), results.close()]);
    throw error;
  }
}

async function startChain(config: NodeConfig, deps: Deps, reader: L1Reader, store: Store): Promise<Opened> {
  const { deployment, rangeBlocks } = config;
  const { dir, disk, snapshots, archive, results, confirmed } = store;
  const hasher = new BatchHasher(deps.kernels);
  const hashBatch = (data: Uint8Array): Hex => hasher.hash(data);
  const parts: { chain?: Chain } = {};
  const sources = sourcesOf(config, () => parts.chain);
  const readBlobs = createBlobReader({ reader, sources, kzg: deps.kzg, log: deps.log });
  const startBlock = deployment.deployedAtBlock;
  const engine = engineConfigOf(deployment);
  const { snapshotUrl } = config;
  const joining = { ...deps, confirmed, archive, snapshots };
  const joined = await join({ snapshotUrl, folder: dir?.incoming, engine }, joining);
  const blobsFrom = joined?.claim.entry ?? 0;
  const tracker = new L1Tracker(reader, { startBlock, rangeBlocks, hashBatch, readBlobs, blobsFrom });
  const { accs, queue, checkpoints } = archive.archived();
  tracker.resume(accs, queue, checkpoints);
  if (joined !== undefined) await readUpTo(joined, tracker, joining);

  const kernels = rememberSigners(deps.kernels, SIGNER_CAPACITY);
  const history = new History({
    config: engine,
    kernels,
    snapshots,
    log: deps.log,
    accAt: (entry) => parts.chain?.accAt(entry) ?? archive.info(entry - 1)?.acc,
    entry: async (number) => {
      const executed = parts.chain?.at(number)?.entry;
      return executed?.payload === undefined ? archive.entry(number) : { ...executed, payload: executed.payload };
    },
  });
  const final = Math.max(blobsFrom, archive.keptFrom, await finalEntries(reader, checkpoints));
  const { engine: state, entry: number } = await history.nearest(final, deps.kernels);
  const acc = archive.info(number - 1)?.acc ?? ZERO_HASH;
  const chain = new Chain(state, { number, acc, included: archive.includedBefore(number) }, config.undoBytes);
  parts.chain = chain;
  const sequencing = await openSequencer(config, deps, dir, { reader, tracker, archive, chain, history, disk });
  const offers = await Offers.open(config.snapshotOffers ?? 0, dir?.offers, { ...deps, confirmed, history, archive });
  const release = dir?.release ?? (() => undefined);
  const stores = { archive, snapshots, results, disk, release };
  return { reader, tracker, history, chain, offers, kzg: deps.kzg, ...stores, ...sequencing };
}

function sourcesOf({ blobSources = {} }: NodeConfig, chain: () => Chain | undefined): BlobSource[] {
  const { beaconUrl, archiveUrl } = blobSources;
  const beacon = beaconUrl === undefined ? [] : [beaconBlobs(beaconUrl)];
  const archive = archiveUrl === undefined ? [] : [archiveBlobs(archiveUrl)];
  return [ownBlobs(chain), ...beacon, ...archive];
}

function engineConfigOf({ chainId, inbox, feeRecipient }: NodeDeployment): EngineConfig {
  const lower = (address: string): Address => address.toLowerCase() as Address;
  return { chainId: BigInt(chainId), inbox: lower(inbox), feeRecipient: lower(feeRecipient) };
}

/** Entries that are final as far as L1 and the archive say: the chain starts at or before, so that it never goes back further. */
async function finalEntries(
  reader: L1Reader,
  checkpoints: readonly { block: number; entries: number }[],
): Promise<number> {
  const final = await reader.finalized(await reader.head());
  return checkpoints.findLast(({ block }) => block <= final)?.entries ?? 0;
}

type Sequencing = Pick<Opened, "sequencer" | "sequencerLog">;
type BaseParts = Pick<Opened, "reader" | "tracker" | "archive" | "chain" | "history" | "disk">;

async function openSequencer(
  config: NodeConfig,
  { sequencerKey, clock, log, kzg, kernels }: Deps,
  dir: DataDir | undefined,
  { reader, tracker, archive, chain, history, disk }: BaseParts,
): Promise<Sequencing> {
  if (config.sequencer === undefined) return { sequencer: undefined, sequencerLog: undefined };
  if (dir === undefined)
    throw nodeError("BadConfig", "a sequencer needs a data folder: it must not forget its promises");
  if (sequencerKey === undefined) throw nodeError("BadConfig", "a sequencer needs a key: it signs receipts");
  const rules = await reader.rules();
  const { log: sequencerLog, promises, cutBytes } = await SequencerLog.open(dir.sequencerLog, disk);
  if (cutBytes > 0) log.warn({ cutBytes }, "Cut a half-written end from the sequencer's log");
  const stateAt = (entry: number) => history.stateAt(entry);
  await sealLeftOpen(promises, sequencerLog, { kzg, kernels });
  const store = { chain, archive, queue: tracker.queue, log: sequencerLog, disk };
  const parts = { ...store, rules, clock, journal: log, stateAt, kzg };
  return { sequencer: new Sequencer(config.sequencer, parts, promises), sequencerLog };
}
