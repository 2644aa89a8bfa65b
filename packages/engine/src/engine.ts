/**
 * The machine over the whole state: what a node runs, and what the step verifier's twin is (docs/spec/machine.md).
 *
 * Two ways in. Derivation: `applyEntry`, or `beginEntry` and one step after the other, follow the Inbox to the letter.
 * Sequencing: `openEntry`, `applyEnvelope` for each envelope (one that fails changes nothing at all), `closeEntry`.
 */
import type { EnvelopeRun, Kernels } from "@lakh/kernels";
import {
  type AccountRecord,
  type Address,
  type AssetRecord,
  EXIT_BASE,
  EntryKind,
  type EntryHeader,
  type ExitRecord,
  type Hex,
  ItemView,
  type Machine,
  Outcome,
  type PoolRecord,
  RecordKind,
  type StateRecord,
  addressBytes,
  decodeRecord,
  isBatch,
  machineHash,
  toHex,
} from "@lakh/protocol";

import { type Span, findItem } from "./cursor.ts";
import { EngineError } from "./errors.ts";
import { Executor } from "./execute.ts";
import { sameAddress } from "./execution.ts";
import { fullProof, multiproof } from "./multiproof.ts";
import { amountInUp, amountOutDown } from "./pools.ts";
import { type Signers, presign } from "./presign.ts";
import { State } from "./state.ts";
import { TagTable } from "./tags.ts";
import { StateTree } from "./tree.ts";
import type { EngineConfig, EntryPayload, Mark } from "./types.ts";
import { WARM_GROUP, Warmer } from "./warm.ts";

/** Price of a swap in a pool as it stands. */
export interface Quote {
  readonly amountIn: bigint;
  readonly amountOut: bigint;
}

export class Engine {
  readonly config: EngineConfig;
  readonly kernels: Kernels;
  readonly state: State;
  private tree: StateTree;
  private readonly executor: Executor;
  private readonly tagTable = new TagTable();
  private readonly span: Span = { start: 0, end: 0 };
  private readonly warmer = new Warmer();

  private header: EntryHeader | undefined;
  /** Time of the entry being sequenced. */
  private openTime: bigint | undefined;

  constructor(config: EngineConfig, kernels: Kernels, state: State) {
    this.config = config;
    this.kernels = kernels;
    this.state = state;
    this.tree = new StateTree(kernels);
    this.executor = new Executor(state, config, kernels);
  }

  // ── The machine ──

  /** The machine between two items. Cost: the tree is brought up to date with everything that changed. */
  machine(): Machine {
    const { state } = this;
    return {
      stateRoot: this.stateRoot(),
      nextObject: state.nextObject,
      nextExit: BigInt(state.exits.count),
      entry: state.entry,
      cursor: state.cursor,
      time: state.time,
      fees: state.fees,
    };
  }

  machineHash(): Hex {
    return machineHash(this.machine());
  }

  stateRoot(): Hex {
    this.tree.flush(this.state);
    return toHex(this.tree.root());
  }

  // ── Derivation: the Inbox to the letter ──

  /**
   * Takes up the entry at the machine's cursor.
   * @throws EngineError ENGINE_ENTRY_OPEN, ENGINE_ENTRY_KIND (a kind that the Inbox does not make)
   */
  beginEntry(header: EntryHeader): void {
    if (this.openTime !== undefined) throw new EngineError("ENGINE_ENTRY_OPEN", "an entry is being sequenced");
    if (!isBatch(header) && header.kind !== EntryKind.Queue)
      throw new EngineError("ENGINE_ENTRY_KIND", `there are no entries of kind ${header.kind}`);
    this.header = header;
  }

  /** One step: executes the item at the cursor of the batch `data`, the whole data of the entry begun. */
  stepBatchItem(data: Uint8Array): Outcome {
    const header = this.current(true);
    const { state, span } = this;
    if (BigInt(data.length) !== header.a)
      throw new EngineError("ENGINE_ENTRY_MISMATCH", `the batch has ${data.length} bytes, the header says ${header.a}`);
    state.time = header.time;
    findItem(data, state.cursor, span);
    const outcome = span.start < 0 ? Outcome.BatchEnd : this.executor.envelope(data, span.start, span.end, true);
    this.moveTo(span.end, data.length);
    return outcome;
  }

  /** One step: executes `item`, the queue item at the cursor of the slice begun. */
  stepQueueItem(item: Uint8Array): Outcome {
    const header = this.current(false);
    this.state.time = header.time;
    const outcome = this.executor.queueItem(item, true);
    this.moveTo(this.state.cursor + 1, Number(header.b - header.a));
    return outcome;
  }

  /**
   * Executes an entry from the cursor to its end, recovering its signers in one block first.
   * @param known who signed, where that was found before; left out of account if it begins at another cursor
   * @returns the outcomes of its items, in order
   */
  applyEntry(header: EntryHeader, payload: EntryPayload, known?: Signers): Outcome[] {
    return isBatch(header) ? this.applyBatch(header, payload, known) : [...this.entrySteps(header, payload, known)];
  }

  /** All steps of a batch at once: the same as one after the other, faster. */
  private applyBatch(header: EntryHeader, payload: EntryPayload, known?: Signers): Outcome[] {
    this.beginEntry(header);
    this.checkPayload(header, payload);
    const data = payload as Uint8Array;
    const signers = this.signersOf(header, payload, known);
    const { spans } = signers;
    const count = spans.length / 2;
    const outcomes: Outcome[] = [];
    this.state.time = header.time;
    for (let i = 0; i < count; i++) {
      const plain = this.applyKnown(data, signers, i, header.time);
      for (const end = i + plain; i < end; i++) outcomes.push(Outcome.Ok);
      if (i === count) break;
      if (i % WARM_GROUP === 0) this.warm(data, spans, i, Math.min(WARM_GROUP, count - i));
      const start = spans[2 * i] as number;
      const end = spans[2 * i + 1] as number;
      this.provide(signers, i);
      outcomes.push(start === end ? Outcome.BatchEnd : this.executor.envelope(data, start, end, true));
    }
    this.finishEntry();
    return outcomes;
  }

  /** Plain envelopes of a batch from number `first` on. @returns how many were executed */
  private applyKnown(data: Uint8Array, { spans, known, addresses }: Signers, first: number, time: bigint): number {
    const end = known.indexOf(0, first);
    const count = (end < 0 ? known.length : end) - first;
    return count === 0
      ? 0
      : this.state.applyPlain(this.kernels, { data, spans, signers: addresses, first, count }, time, 0n);
  }

  /** Recovers the signers of an entry, from the cursor on, in one block: the heaviest part of executing it. */
  recoverSigners(header: EntryHeader, payload: EntryPayload): Signers {
    return presign(this.tags(), this.kernels, this.executor.digester.domain, header.kind, payload, this.state.cursor);
  }

  /**
   * Like `applyEntry`, one step at each turn of the iteration.
   * @param known what `recoverSigners` found when this entry was executed before; left out of account if it begins at
   * another cursor
   */
  *entrySteps(header: EntryHeader, payload: EntryPayload, known?: Signers): Generator<Outcome> {
    this.beginEntry(header);
    this.checkPayload(header, payload);
    const { state } = this;
    const { entry } = state;
    const signers = this.signersOf(header, payload, known);
    for (let i = 0; state.entry === entry; i++) {
      this.provide(signers, i);
      yield header.kind === EntryKind.Queue
        ? this.stepQueueItem((payload as readonly Uint8Array[])[state.cursor] as Uint8Array)
        : this.stepBatchItem(payload as Uint8Array);
    }
  }

  private signersOf(header: EntryHeader, payload: EntryPayload, known: Signers | undefined): Signers {
    return known?.cursor === this.state.cursor ? known : this.recoverSigners(header, payload);
  }

  private provide(signers: Signers, i: number): void {
    if (signers.known[i] === 1) this.executor.provideSigner(signers.addresses, 20 * i);
    else this.executor.forgetSigner();
  }

  private checkPayload(header: EntryHeader, payload: EntryPayload): void {
    const inBytes = isBatch(header);
    const expected = inBytes ? header.a : header.b - header.a;
    if (payload instanceof Uint8Array !== inBytes || BigInt(payload.length) !== expected || expected < 1n)
      throw new EngineError(
        "ENGINE_ENTRY_MISMATCH",
        `the payload has ${payload.length} ${inBytes ? "bytes" : "items"}, the header says ${expected}`,
      );
  }

  private current(batch: boolean): EntryHeader {
    if (this.header === undefined) throw new EngineError("ENGINE_NO_ENTRY", "no entry has been begun");
    if (isBatch(this.header) !== batch)
      throw new EngineError(
        "ENGINE_ENTRY_MISMATCH",
        `the entry begun is of kind ${this.header.kind}, ${batch ? "no batch" : "no slice"}`,
      );
    return this.header;
  }

  private moveTo(cursor: number, end: number): void {
    const { state } = this;
    if (cursor < end) state.cursor = cursor;
    else this.finishEntry();
  }

  private finishEntry(): void {
    this.state.entry += 1n;
    this.state.cursor = 0;
    this.header = undefined;
  }

  // ── Sequencing: an entry in the making ──

  /** Opens an entry at `time`; envelopes are then applied one by one. */
  openEntry(time: bigint): void {
    if (this.openTime !== undefined || this.header !== undefined || this.state.cursor !== 0)
      throw new EngineError("ENGINE_ENTRY_OPEN", "the entry before is not finished");
    this.openTime = time;
  }

  /**
   * Executes an envelope as the next item of the open entry. Only `Ok` changes anything: cursor and time included,
   * everything else is as if it had not been there, and it must not be posted.
   * @param signer who signed it (20 bytes), when known; else the signature is checked here
   */
  applyEnvelope(bytes: Uint8Array, signer?: Uint8Array): Outcome {
    if (signer !== undefined) this.executor.provideSigner(signer, 0);
    return this.applyPacked(bytes, 0, bytes.length);
  }

  /** Like `applyEnvelope`, for the envelope in `bytes[start, end)`, its signer at `signerAt` of `signers` if given. */
  applyPacked(bytes: Uint8Array, start: number, end: number, signers?: Uint8Array, signerAt = 0): Outcome {
    if (this.openTime === undefined) throw new EngineError("ENGINE_NO_ENTRY", "no entry is open");
    const { state, executor } = this;
    const before = state.time;
    state.time = this.openTime;
    if (signers !== undefined) executor.provideSigner(signers, signerAt);
    const outcome = executor.envelope(bytes, start, end, true);
    if (outcome === Outcome.Ok) state.cursor += end - start + (end - start < 0x80 ? 1 : 2);
    else state.time = before;
    return outcome;
  }

  /**
   * Executes the next envelopes of a run as items of the open entry, all with outcome `Ok`, as long as the kernels can:
   * the one behind them goes to `applyPacked`, whatever it is.
   * @param leastFee gwei; an envelope that pays less ends the run
   * @returns how many were executed
   */
  applyPlain(run: EnvelopeRun, leastFee: bigint): number {
    if (this.openTime === undefined) throw new EngineError("ENGINE_NO_ENTRY", "no entry is open");
    const { state } = this;
    const done = state.applyPlain(this.kernels, run, this.openTime, leastFee);
    if (done === 0) return 0;
    state.time = this.openTime;
    for (let i = run.first; i < run.first + done; i++) {
      const size = (run.spans[2 * i + 1] as number) - (run.spans[2 * i] as number);
      state.cursor += size + (size < 0x80 ? 1 : 2);
    }
    return done;
  }

  /**
   * Loads the records of the next envelopes together, to be applied one by one right after: no effect but speed.
   * @param spans envelope i is `bytes[spans[2i], spans[2i + 1])`
   * @param count at most WARM_GROUP
   */
  warm(bytes: Uint8Array, spans: Uint32Array, first: number, count: number): void {
    this.warmer.warm(this.state, bytes, spans, first, count);
  }

  /** Closes the open entry, which has at least one item (a lone byte 00 if no envelope was applied). */
  closeEntry(): void {
    if (this.openTime === undefined) throw new EngineError("ENGINE_NO_ENTRY", "no entry is open");
    this.state.time = this.openTime;
    this.openTime = undefined;
    this.finishEntry();
  }

  /** What `applyEnvelope` would say, without effect; at the time of the open entry, else of the machine. */
  simulate(bytes: Uint8Array, signer?: Uint8Array): Outcome {
    const { state, executor } = this;
    const before = state.time;
    state.time = this.openTime ?? before;
    if (signer !== undefined) executor.provideSigner(signer, 0);
    const outcome = executor.envelope(bytes, 0, bytes.length, false);
    state.time = before;
    return outcome;
  }

  /** What the signer of this envelope must have signed; undefined when it is malformed or names unknown objects. */
  digestOf(bytes: Uint8Array): Uint8Array | undefined {
    const item = new ItemView();
    if (!item.decodeEnvelope(bytes, 0, bytes.length)) return undefined;
    if (this.state.kindOf(item.account) !== RecordKind.Account) return undefined;
    for (const object of item.objects.subarray(0, 2 * item.opCount))
      if (object >= this.state.nextObject) return undefined;
    return this.executor.digester.digest(this.state, item);
  }

  // ── Undo ──

  /** Remembers this point between two entries. From the first mark on, old records are kept. */
  mark(): Mark {
    return this.state.mark();
  }

  /** Takes everything back to a mark; later marks are gone. An entry begun or open is abandoned. */
  rollbackTo(mark: Mark): void {
    this.state.rollbackTo(mark);
    this.header = undefined;
    this.openTime = undefined;
  }

  /** Forgets the marks before this one. */
  dropMarksBefore(mark: Mark): void {
    this.state.dropMarksBefore(mark);
  }

  /** Bytes of memory for what undoing needs. */
  get undoBytes(): number {
    return this.state.undoBytes;
  }

  /**
   * Takes over the state of another engine of the same deployment, which must not be used any more. All marks are gone; an
   * entry begun or open is abandoned.
   */
  become(other: Engine): void {
    this.state.become(other.state);
    this.tree = other.tree;
    this.header = undefined;
    this.openTime = undefined;
  }

  // ── Reading ──

  /** A copy of an object's packed record. */
  record(index: number): Uint8Array | undefined {
    return this.state.kindOf(index) === 0 ? undefined : this.state.record(index).slice();
  }

  /** A copy of an exit's packed record. */
  exitRecord(number: bigint): Uint8Array | undefined {
    if (number < 0n || number >= BigInt(this.state.exits.count)) return undefined;
    return this.state.exits.record(Number(number)).slice();
  }

  account(index: number): AccountRecord | undefined {
    const record = this.decoded(index);
    return record?.kind === "account" ? record : undefined;
  }

  pool(index: number): PoolRecord | undefined {
    const record = this.decoded(index);
    return record?.kind === "pool" ? record : undefined;
  }

  asset(index: number): AssetRecord | undefined {
    const record = this.decoded(index);
    return record?.kind === "asset" ? record : undefined;
  }

  exit(number: bigint): ExitRecord | undefined {
    const record = this.exitRecord(number);
    return record === undefined ? undefined : (decodeRecord(record) as ExitRecord);
  }

  private decoded(index: number): StateRecord | undefined {
    const record = this.record(index);
    return record === undefined ? undefined : decodeRecord(record);
  }

  /** Tag of an object as 32 bytes of hex; undefined where there is none. */
  tag(index: number): Hex | undefined {
    if (this.state.kindOf(index) === 0) return undefined;
    const out = new Uint8Array(32);
    this.executor.digester.writeTag(this.state, index, out, 0);
    return toHex(out);
  }

  /** The tags of all objects as they are now, packed; the same table every time. */
  tags(): TagTable {
    this.tagTable.sync(this.state, this.executor.digester);
    return this.tagTable;
  }

  /** Accounts of an owner, oldest first. */
  accountsOf(owner: Address): number[] {
    const { state } = this;
    const bytes = addressBytes(owner);
    const found: number[] = [];
    for (const index of state.owners.candidates(bytes))
      if (sameAddress(state.record(index), 1, bytes, 0)) found.push(index);
    return found.reverse();
  }

  /** What paying exactly `amountIn` of asset `sideIn` of a pool would bring; undefined where no such swap exists. */
  quoteExactIn(pool: number, sideIn: 0 | 1, amountIn: bigint): Quote | undefined {
    const record = this.pool(pool);
    if (record === undefined || amountIn <= 0n) return undefined;
    const { reserve0, reserve1, fee } = record;
    const [reserveIn, reserveOut] = sideIn === 0 ? [reserve0, reserve1] : [reserve1, reserve0];
    const amountOut = amountOutDown(amountIn, reserveIn, reserveOut, BigInt(fee));
    return amountOut === 0n ? undefined : { amountIn, amountOut };
  }

  /** What getting exactly `amountOut` would cost, asset `sideIn` paying; undefined where no such swap exists. */
  quoteExactOut(pool: number, sideIn: 0 | 1, amountOut: bigint): Quote | undefined {
    const record = this.pool(pool);
    if (record === undefined || amountOut <= 0n) return undefined;
    const { reserve0, reserve1, fee } = record;
    const [reserveIn, reserveOut] = sideIn === 0 ? [reserve0, reserve1] : [reserve1, reserve0];
    if (amountOut >= reserveOut) return undefined;
    return { amountIn: amountInUp(amountOut, reserveIn, reserveOut, BigInt(fee)), amountOut };
  }

  /** Bytes of memory reserved for records with their tables and indices, and for tree nodes. */
  memoryBytes(): { state: number; tree: number } {
    return { state: this.state.byteLength, tree: this.tree.byteLength };
  }

  // ── Proofs ──

  /** Siblings that prove these leaves (object indices, EXIT_BASE + exit numbers; strictly ascending). */
  proof(indices: readonly number[]): Uint8Array[] {
    this.tree.flush(this.state);
    const extent = { nextObject: this.state.nextObject, nextExit: this.state.exits.count };
    return multiproof(this.tree, indices, extent);
  }

  /**
   * An exit's leaf and all 60 siblings, level by level, for the Bridge.
   * @throws EngineError ENGINE_NO_LEAF
   */
  exitProof(number: bigint): { leaf: Hex; record: Uint8Array; siblings: Hex[] } {
    const record = this.exitRecord(number);
    if (record === undefined) throw new EngineError("ENGINE_NO_LEAF", `no exit ${number}`);
    this.tree.flush(this.state);
    const siblings = fullProof(this.tree, EXIT_BASE + Number(number)).map(toHex);
    return { leaf: toHex(this.kernels.keccak256(record)), record, siblings };
  }

  /**
   * The leaves that the next item reads or makes, found by executing it and undoing that; strictly ascending.
   * @param item its bytes; undefined where the batch ends
   */
  leavesOf(header: EntryHeader, item: Uint8Array | undefined): number[] {
    if (item === undefined) return [];
    const { state, executor } = this;
    const before = state.time;
    const accessed = new Set<number>();
    state.accessed = accessed;
    state.time = header.time;
    if (header.kind === EntryKind.Queue) executor.queueItem(item, false);
    else executor.envelope(item, 0, item.length, false);
    state.time = before;
    state.accessed = undefined;
    return [...accessed].sort((a, b) => a - b);
  }

  /** The record of a leaf (an object's index, or EXIT_BASE + an exit's number); empty where nothing is. */
  leafRecord(leaf: number): Uint8Array {
    const record = leaf < EXIT_BASE ? this.record(leaf) : this.exitRecord(BigInt(leaf - EXIT_BASE));
    return record ?? new Uint8Array(0);
  }
}

/** An engine at genesis. */
export function createEngine(config: EngineConfig, kernels: Kernels): Engine {
  return new Engine(config, kernels, State.genesis());
}
