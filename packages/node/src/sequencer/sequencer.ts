/**
 * Orders envelopes: opens entries, accepts into them, seals them, and keeps them in order when L1 holds something else.
 *
 * Everything it says is logged first: `accept` is synchronous and only appends; whoever promises anything awaits `commit`.
 */
import { MAX_ITEM, type Hex, ItemView, Outcome } from "@lakh/protocol";
import { errorFields } from "@lakh/service";

import { nodeError } from "../errors.ts";
import { Fault } from "../faults.ts";
import type { Promises } from "../log/sequencer-log.ts";
import type { L1Block } from "../types.ts";
import { AccountRates } from "./account-rates.ts";
import { Alignment } from "./alignment.ts";
import { BatchHasher } from "./batch-hash.ts";
import { BlobHasher } from "./blob-hasher.ts";
import { type Draft, HEARTBEAT, batchDraft, blobDraft, sliceDraft } from "./draft.ts";
import { type DataMode, MODE_BYTES, OPEN_ENTRY_BYTES, OpenEntry, prefixBytes } from "./open-entry.ts";
import type { SequencerConfig, SequencerParts } from "./parts.ts";
import { PromisedEntries } from "./promised-entries.ts";
import { type Promised, itemHash } from "./receipt.ts";
import { ReceiptIndex } from "./receipt-index.ts";
import { refusal } from "./refusal.ts";

/** A slice has at most this many items. */
const MAX_SLICE = 4096;

export class Sequencer {
  private readonly config: SequencerConfig;
  private readonly parts: SequencerParts;
  private readonly view = new ItemView();
  /** Where accepted envelopes stand. */
  readonly receipts: ReceiptIndex;
  /** What accounts have had accepted lately. */
  readonly rates: AccountRates;
  /** Memory of the open entry, one after the other. */
  private readonly openBytes = new Uint8Array(OPEN_ENTRY_BYTES);
  private readonly hasher: BatchHasher;
  private readonly entries: PromisedEntries;
  private readonly alignment: Alignment;
  private open: OpenEntry | undefined;
  private head: L1Block | undefined;
  /** First entry that the last advice was meant for. */
  advisedFrom = 0;
  /** Data mode of the entries opened from now on. */
  nextMode: DataMode = "calldata";
  private readonly blobs: BlobHasher;
  /** While the open entry, in blobs, is committed to; says whether it was sealed. Nothing is accepted meanwhile. */
  private sealing: Promise<boolean> | undefined;
  /** Those who have it sealed and must come before whatever is accepted next. */
  private holders = 0;

  constructor(config: SequencerConfig, parts: SequencerParts, promises: Promises) {
    this.config = config;
    this.parts = parts;
    this.hasher = new BatchHasher(parts.chain.engine.kernels);
    this.receipts = new ReceiptIndex(config.receiptCapacity, parts.chain.engine.kernels);
    this.rates = new AccountRates(config.accountEnvelopesPerSecond, () => parts.clock.nowMilliseconds());
    this.entries = new PromisedEntries(parts, promises);
    this.alignment = new Alignment(parts, this.entries, this.receipts);
    this.blobs = new BlobHasher(parts.kzg);
  }

  // ── What the world asks ──

  /**
   * Takes an envelope in, or throws a Fault that says why not. Durable only after `commit`.
   * @param signer who signed it (20 bytes, zero for nobody), when known
   */
  accept(bytes: Uint8Array, signer?: Uint8Array): Promised {
    const hash = itemHash(bytes);
    const known = this.find(hash);
    if (known !== undefined) return known;
    this.checkPolicy(bytes);
    const slot = this.checkRate(this.view.account);
    const open = this.roomFor(prefixBytes(bytes.length) + bytes.length);
    const outcome = this.parts.chain.apply(bytes, signer);
    if (outcome !== Outcome.Ok) {
      const { engine } = this.parts.chain;
      throw refusal(engine, engine.config, bytes, outcome, open.time);
    }
    this.rates.count(slot);
    open.add(bytes);
    const { length: entry, acc: accBefore } = this.parts.chain;
    const position = open.items - 1;
    this.receipts.put(hash, { entry, position });
    return { entry, position, accBefore, itemHash: hash, time: open.time };
  }

  /** The promise that stands for an envelope, or undefined. */
  find(hash: Hex): Promised | undefined {
    const place = this.receipts.find(hash);
    const behind = place && this.entryPlace(place.entry);
    return behind && { ...place, ...behind, itemHash: hash };
  }

  /** What every receipt of an entry, sealed or open, says; undefined for one that is neither. */
  entryPlace(entry: number): Pick<Promised, "accBefore" | "time"> | undefined {
    const { chain, archive } = this.parts;
    if (entry < chain.first) {
      const final = archive.info(entry);
      return final && { accBefore: final.accBefore, time: final.header.time };
    }
    const time = entry === chain.length ? this.open?.time : chain.at(entry)?.entry.header.time;
    const accBefore = chain.accAt(entry);
    return time === undefined || accBefore === undefined ? undefined : { accBefore, time };
  }

  /** Resolves when all that was accepted so far is on disk. @throws CodedError StoreIo */
  commit(): Promise<void> {
    this.logOpen();
    return this.parts.log.commit();
  }

  /** Gives the log what was accepted since the last time: one record for many items. */
  private logOpen(): void {
    const { open } = this;
    const bytes = open?.unlogged();
    if (bytes !== undefined && bytes.length > 0) this.parts.log.appendItems(bytes);
    if (open?.mode === "blobs") this.blobs.grow(open.soFar);
  }

  /** Whether its entries stand behind L1's: before, nothing is accepted. */
  get hasStarted(): boolean {
    return this.head !== undefined;
  }

  /** Time at which an envelope accepted now would execute. */
  get time(): bigint {
    return this.open?.time ?? this.timeNow();
  }

  /** Bytes sealed or open that L1 does not hold. */
  get unposted(): number {
    return this.entries.unpostedBytes + (this.open?.bytes ?? 0);
  }

  /**
   * Whether `bytes` more may be accepted now; else: when L1 has been read, or has taken more, or the disk has room, or the
   * open entry is sealed. Where nothing waits for L1 there is room for any number: nobody can wait for more.
   */
  hasRoom(bytes: number): boolean {
    if (!this.hasStarted || this.parts.disk.isFull || this.whenOpen(bytes) !== undefined) return false;
    return this.isPosted(bytes);
  }

  /** Whether as much as the configuration allows, or less, would wait for L1. */
  private isPosted(bytes: number): boolean {
    return this.unposted === 0 || this.unposted + bytes <= this.config.maxUnpostedBytes;
  }

  /**
   * Undefined when `bytes` more, accepted in one turn, find an open entry; else what to wait for, to ask again: one in blobs
   * that is full is sealed. False: that failed.
   */
  whenOpen(bytes: number): Promise<boolean> | undefined {
    const { open } = this;
    const most = Math.min(this.config.sealBytes, MODE_BYTES.blobs);
    if (open?.mode === "blobs" && open.bytes > 0 && open.bytes + bytes > most) void this.sealInBlobs(open);
    return this.sealing ?? (this.holders > 0 ? Promise.resolve(true) : undefined);
  }

  /** Address of the batcher, lower case: whose advice counts. */
  get batcher(): string {
    return this.parts.rules.batcher.toLowerCase();
  }

  /** Least fee of an envelope, gwei. */
  get minFee(): bigint {
    return this.config.minFee;
  }

  private checkPolicy(bytes: Uint8Array): void {
    if (bytes.length > MAX_ITEM)
      throw new Fault("TooLarge", `an envelope has at most ${MAX_ITEM} bytes`, { bytes: bytes.length, most: MAX_ITEM });
    if (this.head === undefined) throw new Fault("Busy", "the sequencer is still reading L1");
    if (this.parts.disk.isFull) throw new Fault("Busy", "the sequencer's disk is full", { reason: "DiskFull" });
    const { maxUnpostedBytes, minFee } = this.config;
    if (this.sealing !== undefined || this.holders > 0) throw new Fault("Busy", "an entry is being sealed");
    if (!this.isPosted(bytes.length))
      throw new Fault("Busy", "too much waits for L1", { unpostedBytes: this.unposted, most: maxUnpostedBytes });
    const { engine } = this.parts.chain;
    if (!this.view.decodeEnvelope(bytes, 0, bytes.length))
      throw refusal(engine, engine.config, bytes, Outcome.Malformed, this.time);
    if (this.view.fee < minFee)
      throw new Fault("FeeTooLow", `the fee must be at least ${minFee} gwei`, { fee: this.view.fee, minFee });
  }

  /** @returns the account's slot */
  private checkRate(account: number): number {
    const { rates } = this;
    rates.begin();
    const slot = rates.slotOf(account);
    if (rates.admits(slot)) return slot;
    const most = rates.perSecond;
    throw new Fault("RateLimited", `an account has at most ${most} envelopes a second`, { account, most });
  }

  /** Most bytes of the open entry, or of the next one; those in blobs are sealed between turns, by `whenOpen`. */
  get entryBytes(): number {
    const mode = this.open?.mode ?? this.nextMode;
    return mode === "blobs" ? MODE_BYTES.blobs : Math.min(this.config.sealBytes, MODE_BYTES.calldata);
  }

  /**
   * The batcher's advice how entries opened from now on get to L1.
   * @param entry first entry that it was meant for
   */
  advise(mode: DataMode, entry: number): void {
    this.advisedFrom = entry;
    this.nextMode = mode;
  }

  /** Whether entries may be sealed for blobs: by c-kzg only, without it a commitment takes seconds. @throws KzgFault */
  async canCommit(): Promise<boolean> {
    return (await this.parts.kzg.implementation()) === "c-kzg";
  }

  /** The open entry, with room for `bytes` more: the one before is sealed if need be; one that waited empty gets a new time. */
  roomFor(bytes: number): OpenEntry {
    const { open } = this;
    const isFull = open !== undefined && open.bytes > 0 && open.bytes + bytes > this.entryBytes;
    const isStale = open?.items === 0 && open.time !== this.timeNow();
    if (isFull || isStale) this.sealNow();
    return (this.open ??= this.openEntry());
  }

  private openEntry(): OpenEntry {
    const time = this.timeNow();
    this.parts.chain.open(time);
    this.parts.log.appendOpen(time, this.nextMode);
    this.blobs.reset();
    return new OpenEntry(time, this.parts.clock.nowMilliseconds(), this.openBytes, this.nextMode);
  }

  /** L1's head time, but never before the last entry's. */
  private timeNow(): bigint {
    const { time } = this.parts.chain;
    const headTime = this.head?.timestamp ?? 0n;
    return headTime > time ? headTime : time;
  }

  // ── What a step does ──

  /**
   * Seals the open entry; one without items is undone. One in blobs takes a while.
   * @param then what must be done before anything is accepted again
   * @throws CodedError KzgFailed; then the entry is still open
   */
  async seal<T>(then: () => T): Promise<T>;
  async seal(): Promise<void>;
  async seal<T>(then?: () => T): Promise<T | undefined> {
    const { open } = this;
    if (open?.mode === "blobs" && open.items > 0) {
      this.holders++;
      try {
        const isSealed = await this.sealInBlobs(open);
        if (!isSealed) throw nodeError("KzgFailed", `cannot commit to entry ${this.parts.chain.length} in blobs`);
        return then?.();
      } finally {
        this.holders--;
      }
    }
    this.sealNow();
    return then?.();
  }

  /** Resolves when no entry is being committed to. */
  async idle(): Promise<void> {
    await this.sealing;
  }

  /** @returns whether it went well */
  private sealInBlobs(open: OpenEntry): Promise<boolean> {
    this.sealing ??= this.blobs
      .hash(open.soFar)
      .then(
        (hash) => {
          this.close(open, blobDraft(open.time, open.batch(), hash));
          return true;
        },
        (error: unknown) => {
          this.parts.journal.error({ ...errorFields(error), code: "KzgFailed" }, "Cannot commit to an entry in blobs");
          return false;
        },
      )
      .finally(() => (this.sealing = undefined));
    return this.sealing;
  }

  /** Seals what takes no time: an entry in calldata, or one without items. */
  private sealNow(): void {
    const { open, parts } = this;
    if (open === undefined) return;
    if (open.items > 0) {
      if (open.mode === "blobs") throw new Error("invariant: an entry in blobs is sealed between turns");
      const data = open.batch();
      this.close(open, batchDraft(open.time, data, this.hasher.hash(data)));
      return;
    }
    this.open = undefined;
    parts.chain.abandon();
  }

  private close(open: OpenEntry, draft: Draft): void {
    this.logOpen();
    this.open = undefined;
    this.entries.close(draft, open.items);
  }

  /** Whether the open entry is old enough to be sealed. */
  isRipe(): boolean {
    const { open, config, parts } = this;
    if (open === undefined || open.items === 0) return false;
    return parts.clock.nowMilliseconds() - open.openedAtMilliseconds >= config.sealMilliseconds;
  }

  /** L1 reorganised: entries not on it may rest on queue items that are gone. */
  distrust(): void {
    this.alignment.distrust();
  }

  /** Brings the entries in line with L1 as read up to `head`. @returns what changed */
  async settle(head: L1Block): Promise<string[]> {
    const { chain } = this.parts;
    if (!this.alignment.isDue(head)) {
      this.head = head;
      this.entries.countUnposted();
      return [];
    }
    chain.hold(); // what can be undone now can be undone when it comes to it
    try {
      const ground = await this.alignment.ground();
      return await this.seal(() => {
        const did = this.alignment.place(head, ground);
        this.head = head;
        return did;
      });
    } finally {
      chain.release();
    }
  }

  /** Remembers where the envelopes of an executed entry stand. */
  index(number: number): void {
    this.alignment.index(number);
  }

  /** Includes the queue's confirmed items, as an entry of their own. */
  async includeQueue(head: L1Block): Promise<string[]> {
    const { chain, queue } = this.parts;
    const confirmed = queue.lengthAt(head.number - this.config.queueConfirmations);
    if (confirmed <= chain.included) return [];
    return this.seal(() => {
      const from = chain.included;
      const draft = sliceDraft(this.timeNow(), from, Math.min(confirmed, from + MAX_SLICE), queue);
      return draft === undefined ? [] : [this.entries.issue(draft, "queue slice")];
    });
  }

  /** Issues a heartbeat when nothing else keeps the sequencer's silence short. */
  heartbeat(head: L1Block, lastBatcherTime: bigint): string[] {
    const { chain, archive, rules } = this.parts;
    if (this.open !== undefined || chain.length > archive.length) return [];
    if (2n * (head.timestamp - lastBatcherTime) < rules.sequencerSilence) return [];
    return [this.entries.issue(batchDraft(this.timeNow(), HEARTBEAT), "heartbeat")];
  }

  /** Whether L1 could fall silent for want of entries: only then is it worth asking when it last heard of the batcher. */
  get isIdle(): boolean {
    return this.open === undefined && this.parts.chain.length === this.parts.archive.length;
  }

  /** Entries before `number` are final: their drafts are no longer needed. */
  async finalize(number: number): Promise<void> {
    if (!this.entries.finalize(number)) return;
    const { log } = this.parts;
    if (log.size < this.config.logBytes) return;
    await log.rewrite(() => {
      this.open?.unlogged(); // the new file gets the whole batch
      const { open } = this;
      const kept = open && { time: open.time, data: open.batch(), mode: open.mode };
      return { ...this.entries.promises, open: kept };
    });
  }
}
