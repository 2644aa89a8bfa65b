/**
 * The entries executed so far that are not final, on one engine: what each left behind, and back to any of them.
 *
 * Old records are kept for the latest entries only, as many as fit their share of memory; going back further takes a state
 * made anew (`History`), which is checked against the machine that stood there.
 */
import type { Engine, EntryPayload, Mark, Signers } from "@lakh/engine";
import { EntryKind, type Hex, type Machine, type Outcome, machineHash } from "@lakh/protocol";

import { nodeError } from "./errors.ts";
import type { Entry } from "./types.ts";

/** An entry and what it did. */
export interface ExecutedEntry {
  /** Its data is let go once it is on disk. */
  readonly entry: Omit<Entry, "payload" | "blobs"> & {
    readonly payload: EntryPayload | undefined;
    readonly blobs?: Entry["blobs"] | undefined;
  };
  /** One an item, in order. */
  readonly outcomes: Uint8Array;
  /** The machine at its start. */
  readonly before: Machine;
  /** Queue items included before it. */
  readonly included: number;
}

interface Executed extends ExecutedEntry {
  entry: ExecutedEntry["entry"];
  /** Undefined once its old records are gone. */
  mark: Mark | undefined;
}

/** What stands before the first entry that a chain holds. */
export interface ChainStart {
  /** Number of that entry. */
  readonly number: number;
  readonly acc: Hex;
  /** Queue items included before it. */
  readonly included: number;
}

/** What an entry to execute is made of; its place follows from the chain. */
export type NextEntry = Pick<Entry, "header" | "payload">;

/** Of the entries whose old records are kept, this share loses them when there are too many. */
const DROPPED_SHARE = 1 / 8;

export class Chain {
  readonly engine: Engine;
  /** Memory for old records, bytes; the latest entry's are kept in any case. */
  private readonly maxUndoBytes: number;
  private start: ChainStart;
  private executed: Executed[] = [];
  /** Index in `executed` of the first entry that has its mark. */
  private firstMarked = 0;
  private openMark: Mark | undefined;
  /** Those who need all old records from now on. */
  private holders = 0;
  /** The machine behind the last entry. */
  private tip: Machine;

  constructor(engine: Engine, start: ChainStart, maxUndoBytes: number) {
    this.engine = engine;
    this.start = start;
    this.maxUndoBytes = maxUndoBytes;
    this.tip = engine.machine();
  }

  /** Number of the first entry that it holds: those before are final, or were executed before it was made. */
  get first(): number {
    return this.start.number;
  }

  /** Number of the next entry. */
  get length(): number {
    return this.start.number + this.executed.length;
  }

  /** Accumulator before the next entry. */
  get acc(): Hex {
    return this.executed.at(-1)?.entry.acc ?? this.start.acc;
  }

  /** Time of the last entry, seconds. */
  get time(): bigint {
    return this.tip.time;
  }

  /** Queue items included so far. */
  get included(): number {
    const last = this.executed.at(-1);
    return last === undefined ? this.start.included : includedBehind(last);
  }

  /** Queue items included before entry `number`, `first` … `length`. */
  includedAt(number: number): number {
    return this.at(number)?.included ?? this.included;
  }

  at(number: number): ExecutedEntry | undefined {
    return this.executed[number - this.first];
  }

  /** The machine at the start of entry `number`, `first` … `length`. */
  machineAt(number: number): Machine | undefined {
    return number === this.length ? this.tip : this.at(number)?.before;
  }

  /** Accumulator before entry `number`, `first` … `length`. */
  accAt(number: number): Hex | undefined {
    return number === this.length ? this.acc : this.at(number)?.entry.accBefore;
  }

  /** Executes the next entry. Cost: its items, and one root. @param known who signed, where that is known */
  execute(entry: Entry, known?: Signers): void {
    if (entry.number !== this.length || entry.accBefore !== this.acc)
      throw new Error(`invariant: entry ${entry.number} does not follow ${this.length}`);
    const mark = this.engine.mark();
    const outcomes = new Uint8Array(this.engine.applyEntry(entry.header, entry.payload, known));
    this.push(entry, outcomes, mark);
  }

  /** Whether an entry is in the making. */
  get isOpen(): boolean {
    return this.openMark !== undefined;
  }

  /** Starts the next entry; its envelopes come one by one. */
  open(time: bigint): void {
    this.openMark = this.engine.mark();
    this.engine.openEntry(time);
  }

  /** Tries an envelope as the next item of the open entry; only `Ok` has an effect. */
  apply(envelope: Uint8Array, signer?: Uint8Array): Outcome {
    return this.engine.applyEnvelope(envelope, signer);
  }

  /** Ends the open entry, all of whose items are Ok; `entry` is what they make. */
  close(entry: Entry, items: number): void {
    this.engine.closeEntry();
    this.push(entry, new Uint8Array(items), this.openMark as Mark);
    this.openMark = undefined;
  }

  /** Undoes the open entry. */
  abandon(): void {
    if (this.openMark !== undefined) this.engine.rollbackTo(this.openMark);
    this.openMark = undefined;
  }

  /** Whether the entries from `number` on can be undone without a state made anew. */
  canUndo(number: number): boolean {
    return number >= this.length || this.executed[number - this.first]?.mark !== undefined;
  }

  /**
   * Undoes the entries from `number` on.
   * @param anew a state at the start of entry `number`, where `canUndo` says no; it is taken over
   * @throws CodedError L1FinalityBroken when one of them is final
   */
  truncate(number: number, anew?: Engine): void {
    if (number >= this.length) return;
    const target = this.executed[number - this.first];
    if (target === undefined)
      throw nodeError("L1FinalityBroken", `cannot undo the final entry ${number}`, {
        entry: number,
        first: this.first,
      });
    if (target.mark !== undefined) this.engine.rollbackTo(target.mark);
    else this.replaceEngine(target, anew);
    this.executed.length = number - this.first;
    this.firstMarked = Math.min(this.firstMarked, this.executed.length);
    this.openMark = undefined;
    this.tip = target.before;
  }

  private replaceEngine({ entry, before }: Executed, anew: Engine | undefined): void {
    if (anew?.machineHash() !== machineHash(before))
      throw new Error(`invariant: entry ${entry.number} is undone by its old records or by a state before it`);
    this.engine.become(anew);
  }

  /** Entries before `number` will not be undone any more. @returns those, which the chain does not hold any longer */
  finalize(number: number): readonly ExecutedEntry[] {
    const count = Math.min(number, this.length) - this.first;
    if (count <= 0) return [];
    const included = this.includedAt(this.first + count);
    const acc = this.accAt(this.first + count) as Hex; // the chain holds it
    const final = this.executed.splice(0, count);
    this.start = { number: this.first + count, acc, included };
    this.firstMarked = Math.max(0, this.firstMarked - count);
    this.dropMarks();
    return final;
  }

  /** Lets go of the data of entries before `number`, which is on disk. */
  forgetData(number: number): void {
    for (let i = Math.min(number, this.length) - 1 - this.first; i >= 0; i--) {
      const executed = this.executed[i] as Executed;
      if (executed.entry.payload === undefined) return;
      executed.entry = { ...executed.entry, payload: undefined, blobs: undefined };
    }
  }

  /** From now on old records are kept, whatever they take, until `release`: for a short time only. */
  hold(): void {
    this.holders++;
  }

  release(): void {
    this.holders--;
    this.dropMarks();
  }

  private push(entry: Entry, outcomes: Uint8Array, mark: Mark): void {
    const { included } = this;
    this.executed.push({ entry, outcomes, before: this.tip, included, mark });
    this.tip = this.engine.machine();
    this.dropMarks();
  }

  /** Lets go of the old records of final entries, and of the oldest others while they are too many. */
  private dropMarks(): void {
    if (this.holders > 0) return;
    this.dropBeforeMarked();
    for (
      let marked = this.executed.length - this.firstMarked;
      marked > 1;
      marked = this.executed.length - this.firstMarked
    ) {
      if (this.engine.undoBytes <= this.maxUndoBytes) return;
      const end = this.firstMarked + Math.min(marked - 1, Math.ceil(marked * DROPPED_SHARE));
      for (; this.firstMarked < end; this.firstMarked++) (this.executed[this.firstMarked] as Executed).mark = undefined;
      this.dropBeforeMarked();
    }
  }

  private dropBeforeMarked(): void {
    const kept = this.executed[this.firstMarked]?.mark;
    if (kept !== undefined) this.engine.dropMarksBefore(kept);
  }
}

function includedBehind({ entry, included }: ExecutedEntry): number {
  return entry.header.kind === EntryKind.Queue ? Number(entry.header.b) : included;
}

/** The entry that `next` is behind `acc`. */
export function placed(number: number, accBefore: Hex, next: NextEntry, acc: Hex): Entry {
  return { number, accBefore, acc, header: next.header, payload: next.payload };
}
