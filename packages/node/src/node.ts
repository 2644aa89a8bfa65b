/** One node: derives the chain from L1, and in mode `sequencer` orders envelopes on top of it. Stepped, one pass at a time. */
import type { KzgThread } from "@lakh/da";
import { type Engine, EngineError, beginSnapshot } from "@lakh/engine";
import type { Kernels } from "@lakh/kernels";
import { type Hex, type Machine, ZERO_HASH } from "@lakh/protocol";
import { type Clock, type Log, type StepReport, type Stepper, errorFields, failPoint } from "@lakh/service";
import type { SigningKey } from "ethers";

import type { Chain } from "./chain.ts";
import type { NodeDeployment } from "./deployment.ts";
import type { L1Tracker, TrackerPass } from "./derivation/tracker.ts";
import { nodeError } from "./errors.ts";
import { type CatchUpConfig, Follower } from "./follower.ts";
import type { History } from "./history.ts";
import type { L1Provider, L1Reader } from "./l1/reader.ts";
import type { SequencerLog } from "./log/sequencer-log.ts";
import { type Opened, openParts } from "./open-node.ts";
import { ReceiptSigner } from "./sequencer/receipt.ts";
import type { SequencerConfig } from "./sequencer/parts.ts";
import type { Sequencer } from "./sequencer/sequencer.ts";
import type { Offers } from "./snapshot/offers.ts";
import type { Archive } from "./store/archive.ts";
import { type Disk, isForWantOfRoom } from "./store/disk.ts";
import type { Result, Results } from "./store/results.ts";
import type { Snapshots } from "./store/snapshots.ts";
import { type ClaimRange, ClaimTracer } from "./tracer.ts";
import type { Entry, L1Block } from "./types.ts";

export interface NodeConfig {
  readonly deployment: NodeDeployment;
  /** Folder of the store; undefined keeps everything in memory (followers only). */
  readonly dataDir: string | undefined;
  /** Most blocks of one `getLogs`. */
  readonly rangeBlocks: number;
  /** L1 blocks behind the head that count as final; 0 = L1's `finalized` block. */
  readonly finalityBlocks: number;
  /** Who is asked for blobs, in this order: a consensus node's API, another Lakh node's RPC. */
  readonly blobSources?: { readonly beaconUrl?: string | undefined; readonly archiveUrl?: string | undefined };
  /** Whose data the archive keeps: of all entries, or from some time on of those that no confirmed claim covers. */
  readonly archiveEntries?: "all" | "unconfirmed";
  /** Snapshots at confirmed claims that are kept for other nodes; 0 or absent: none is made. */
  readonly snapshotOffers?: number;
  /** Whose state a new follower starts from, if any claim is confirmed. */
  readonly snapshotUrl?: string | undefined;
  /** A snapshot is taken every so many items; in a state of more objects, every so many as there are. */
  readonly snapshotItems: number;
  readonly snapshotKeep: number;
  /** How entries are executed while the node is far behind L1; absent: as always, on one thread. */
  readonly catchUp?: CatchUpConfig;
  /** Memory for old records, from which entries can be undone at once, bytes. */
  readonly undoBytes: number;
  /** Present in mode `sequencer`. */
  readonly sequencer?: SequencerConfig;
}

export interface NodeDeps {
  readonly l1: L1Provider;
  readonly kernels: Kernels;
  readonly log: Log;
  readonly clock: Clock;
  /** The caller's to close; absent: one of its own. */
  readonly kzg?: KzgThread;
  /** Signs receipts; needed in mode `sequencer`. */
  readonly sequencerKey?: SigningKey;
}

/** A point in the order of entries. */
export interface Head {
  readonly entry: number;
  readonly acc: Hex;
  readonly machine: Machine;
}

export interface Heads {
  /** Behind the last sealed entry. */
  readonly unsafe: Head;
  /** Behind the last entry that L1 holds. */
  readonly safe: Head;
  /** Behind the last entry in a final L1 block. */
  readonly finalized: Head;
}

export class LakhNode implements Stepper {
  readonly config: NodeConfig;
  readonly chain: Chain;
  readonly history: History;
  readonly sequencer: Sequencer | undefined;
  readonly receiptSigner: ReceiptSigner | undefined;
  readonly log: Log;
  /** Proves what stands in blobs. */
  readonly kzg: KzgThread;
  /** States for other nodes to start from. */
  readonly offers: Offers | undefined;
  private readonly reader: L1Reader;
  private readonly tracker: L1Tracker;
  private readonly archive: Archive;
  /** Whether the store has room. */
  readonly disk: Disk;
  private readonly snapshots: Snapshots;
  private readonly follower: Follower;
  private readonly results: Results;
  private readonly sequencerLog: SequencerLog | undefined;
  private readonly closeKzg: () => Promise<void>;
  private readonly release: () => void;
  private readonly listeners = new Set<() => void>();
  private finalizedEntries: number;
  private isCaughtUp = false;
  private itemsSinceSnapshot = 0;
  private closing: Promise<void> | undefined;
  private countedUpTo: number;

  private constructor(config: NodeConfig, deps: NodeDeps, opened: Opened) {
    this.config = config;
    this.log = deps.log;
    const { sequencerKey } = deps;
    this.receiptSigner = sequencerKey && new ReceiptSigner(opened.chain.engine.config, sequencerKey);
    this.reader = opened.reader;
    this.tracker = opened.tracker;
    this.archive = opened.archive;
    this.snapshots = opened.snapshots;
    this.results = opened.results;
    this.offers = opened.offers;
    this.kzg = opened.kzg;
    this.closeKzg = deps.kzg === undefined ? () => opened.kzg.close() : () => Promise.resolve();
    this.chain = opened.chain;
    this.history = opened.history;
    this.follower = new Follower(config.catchUp, { ...deps, ...opened });
    this.sequencer = opened.sequencer;
    this.sequencerLog = opened.sequencerLog;
    this.disk = opened.disk;
    this.release = opened.release;
    this.finalizedEntries = this.chain.first;
    this.countedUpTo = this.chain.first;
  }

  /**
   * Opens the store and checks L1; what is known is executed by the first steps.
   * @throws CodedError L1WrongChain, L1NoInbox, L1Unreachable, StoreMismatch, Locked, StoreIo, StoreCorrupt, BadConfig
   */
  static async open(config: NodeConfig, deps: NodeDeps): Promise<LakhNode> {
    return new LakhNode(config, deps, await openParts(config, deps));
  }

  // ── Reading ──

  get mode(): "sequencer" | "follower" {
    return this.sequencer === undefined ? "follower" : "sequencer";
  }

  /** The engine at the unsafe head, an open entry included. Only to read. */
  get engine(): Engine {
    return this.chain.engine;
  }

  /** Entries that L1 holds and this node has executed: claims may end at or before this. */
  get safeLength(): number {
    const { chain, archive } = this;
    let length = Math.min(chain.length, archive.length);
    while (length > chain.first && chain.accAt(length) !== archive.info(length - 1)?.acc) length--;
    return length;
  }

  /** Entries in final L1 blocks. */
  get finalizedLength(): number {
    return Math.min(this.finalizedEntries, this.safeLength);
  }

  /** Whether the last step had read L1 to its head. */
  get caughtUp(): boolean {
    return this.isCaughtUp;
  }

  /** Items of L1's entries that were executed since the node was opened. */
  get replayedItems(): number {
    return this.follower.items;
  }

  /** Items a second while the node was last far behind L1; 0 before. */
  get replayedPerSecond(): number {
    return this.follower.itemsPerSecond;
  }

  heads(): Heads {
    return {
      unsafe: this.headAt(this.chain.length),
      safe: this.headAt(this.safeLength),
      finalized: this.headAt(Math.max(this.finalizedLength, this.chain.first)),
    };
  }

  /** Accumulator before an entry, or undefined when the node has not come that far. */
  accAt(entry: number): Hex | undefined {
    if (entry >= this.chain.first) return this.chain.accAt(entry);
    return entry === 0 ? ZERO_HASH : this.archive.info(entry - 1)?.acc;
  }

  /** The machine at the start of an entry. @throws CodedError NotFound */
  async machineAt(entry: number): Promise<Machine> {
    return (await this.knownMachineAt(entry)) ?? (await this.stateAt(entry)).machine();
  }

  /** The machine at the start of an entry, where it takes no replay to know it. */
  async knownMachineAt(entry: number): Promise<Machine | undefined> {
    return this.chain.machineAt(entry) ?? (await this.results.of(entry))?.before;
  }

  /** The first entry whose machine `knownMachineAt` may know. */
  get firstKnown(): number {
    return Math.min(this.chain.first, this.results.from ?? this.chain.first);
  }

  /** What an entry did, where it takes no replay to know it. */
  async resultOf(entry: number): Promise<Result | undefined> {
    return this.chain.at(entry) ?? (await this.results.of(entry));
  }

  /** An engine of the caller's own at the start of an entry. @throws CodedError NotFound */
  async stateAt(entry: number): Promise<Engine> {
    if (entry < 0 || entry > this.chain.length) throw nodeError("NotFound", `no state at entry ${entry}`, { entry });
    return this.history.stateAt(entry);
  }

  /** An entry with its data, sealed or on L1. @throws CodedError NotFound */
  async entry(number: number): Promise<Entry> {
    const executed = this.chain.at(number)?.entry;
    return executed?.payload === undefined ? this.archive.entry(number) : { ...executed, payload: executed.payload };
  }

  /** Where L1 holds an entry; undefined when it does not yet. */
  l1PlaceOf(number: number) {
    const known = this.archive.info(number);
    return known !== undefined && known.acc === this.accAt(number + 1) ? known.l1 : undefined;
  }

  /** Traces and witnesses of a claim. @throws CodedError NotFound when L1 does not hold its entries */
  tracer(range: ClaimRange): ClaimTracer {
    if (range.endEntry > this.safeLength)
      throw nodeError("NotFound", `L1 holds ${this.safeLength} entries, the claim ends at ${range.endEntry}`, {
        ...range,
      });
    return new ClaimTracer(this, range);
  }

  /** An engine in the state of a snapshot that this deployment's engine took. @throws EngineError ENGINE_SNAPSHOT */
  restore(snapshot: Uint8Array): Engine {
    return this.history.restore(snapshot);
  }

  /** Calls back after every change. @returns how to stop that */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells those who listen that something changed. */
  changed(): void {
    for (const listener of this.listeners) listener();
  }

  // ── Stepping ──

  /** One pass: reads a range of L1, executes what it says; a sequencer then seals, includes and re-places. */
  async step(signal?: AbortSignal): Promise<StepReport> {
    const pass = await this.tracker.pass();
    const did = await this.take(pass);
    if (pass.kind === "reorg") {
      this.isCaughtUp = false;
      this.sequencer?.distrust();
      return { did };
    }
    const caughtUp = pass.kind === "idle" || pass.caughtUp;
    if (this.sequencer?.hasStarted !== true) did.push(...(await this.follow(signal)));
    if (this.sequencer !== undefined && caughtUp) await this.follower.close(); // a sequencer's threads verify the stream
    if (this.sequencer !== undefined && caughtUp) did.push(...(await this.sequence(this.sequencer, pass.head)));
    this.isCaughtUp = caughtUp;
    await this.tidy();
    if (caughtUp) await this.sequencer?.finalize(this.finalizedEntries);
    if (did.length > 0) this.changed();
    return { did };
  }

  /** Makes durable what is not yet and lets go of the store; later calls do nothing. */
  async close(): Promise<void> {
    this.closing ??= this.closeStore();
    await this.closing;
  }

  private async closeStore(): Promise<void> {
    try {
      await this.offers?.idle();
      await this.follower.close();
      await this.sequencer?.idle();
      await this.closeKzg();
      await this.sequencerLog?.close();
      await this.archive.close();
      await this.results.close();
    } finally {
      this.release();
    }
  }

  private async take(pass: TrackerPass): Promise<string[]> {
    if (pass.kind === "idle") return [];
    if (pass.kind === "reorg") {
      this.archive.rollback(pass.to);
      await this.archive.commit();
      failPoint("archive-rolled-back");
      this.log.warn({ ...pass.to }, "L1 reorganised");
      return [`returned to L1 block ${pass.to.block}`];
    }
    this.archive.append(pass.queue, pass.entries, pass.checkpoint);
    await this.archive.commit();
    return [`read L1 up to block ${pass.checkpoint.block}`];
  }

  /** Executes L1's entries, after undoing what L1 no longer holds. */
  private follow(signal?: AbortSignal): Promise<string[]> {
    const executed = (entry: number): Promise<void> => {
      this.sequencer?.index(entry);
      return this.tidy();
    };
    return this.follower.follow(this.safeLength, executed, signal);
  }

  private async sequence(sequencer: Sequencer, head: L1Block): Promise<string[]> {
    const did = await sequencer.settle(head);
    if (sequencer.isRipe()) {
      await sequencer.seal();
      did.push(`sealed entry ${this.chain.length - 1}`);
    }
    did.push(...(await sequencer.includeQueue(head)));
    if (sequencer.isIdle) did.push(...sequencer.heartbeat(head, await this.reader.lastBatcherTime()));
    await sequencer.commit();
    return did;
  }

  /** Lets go of what is not needed any more, and takes a snapshot when it is time: after every entry of L1's and every pass. */
  private async tidy(): Promise<void> {
    const { chain, archive } = this;
    this.countItems();
    const safe = this.safeLength;
    archive.forgetData(safe);
    if (this.sequencer === undefined && archive.isOnDisk) chain.forgetData(safe);
    const final = this.tracker.finalizedAt();
    if (final !== undefined) {
      archive.prune(final.block);
      this.finalizedEntries = Math.max(this.finalizedEntries, Math.min(final.entries, safe));
      this.results.append(chain.finalize(this.finalizedEntries));
    }
    await this.takeSnapshotWhenDue();
  }

  private countItems(): void {
    const { chain } = this;
    this.countedUpTo = Math.min(this.countedUpTo, chain.length);
    for (; this.countedUpTo < chain.length; this.countedUpTo++)
      this.itemsSinceSnapshot += chain.at(this.countedUpTo)?.outcomes.length ?? 0;
  }

  /** Not oftener than there are objects, so that a snapshot costs an item less than its execution. */
  private async takeSnapshotWhenDue(): Promise<void> {
    const { chain, snapshots, config } = this;
    if (this.itemsSinceSnapshot < Math.max(config.snapshotItems, chain.engine.state.nextObject)) return;
    const begin = () => {
      this.countItems();
      this.itemsSinceSnapshot = 0;
      chain.engine.mark(); // the state as it is now is what old records lead back to
      return { name: { entry: chain.length, acc: chain.acc }, pieces: beginSnapshot(chain.engine) };
    };
    chain.hold();
    try {
      const { name, pieces } = this.sequencer === undefined ? begin() : await this.sequencer.seal(begin);
      await snapshots.put(name, pieces, this.finalizedEntries);
      this.log.info({ entry: name.entry }, "Snapshot taken");
    } catch (error) {
      if (!(error instanceof EngineError) && !isForWantOfRoom(error)) throw error;
      // Its entries were undone, or the disk is full: the next one is taken when it is due.
      this.log.warn(errorFields(error), "Snapshot given up");
    } finally {
      chain.release();
    }
  }

  private headAt(entry: number): Head {
    // Heads stand between the chain's first entry and its end, where both are known.
    return { entry, acc: this.chain.accAt(entry) as Hex, machine: this.chain.machineAt(entry) as Machine };
  }
}
