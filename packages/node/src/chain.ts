/** The entries executed so far, on one engine: what each left behind, and back to any of them that is not final. */
import type { Engine, EntryPayload, Mark, Signers } from "@lakh/engine";
import { EntryKind, type Hex, type Machine, type Outcome } from "@lakh/protocol";

import { nodeError } from "./errors.ts";
import type { Entry } from "./types.ts";

/** An entry and what it did. */
export interface ExecutedEntry {
  /** Its data is let go once it is final. */
  readonly entry: Omit<Entry, "payload" | "blobs"> & {
    readonly payload: EntryPayload | undefined;
    readonly blobs?: Entry["blobs"] | undefined;
  };
  /** One an item, in order. */
  readonly outcomes: Uint8Array;
  /** The machine at its start. */
  readonly before: Machine;
}

interface Executed extends ExecutedEntry {
  entry: ExecutedEntry["entry"];
  /** Undefined once final. */
  mark: Mark | undefined;
}

/** What stands before the first entry that a chain executes. */
export interface ChainStart {
  /** Number of that entry. */
  readonly number: number;
  readonly acc: Hex;
  /** Queue items included before it. */
  readonly included: number;
}

/** What an entry to execute is made of; its place follows from the chain. */
export type NextEntry = Pick<Entry, "header" | "payload">;

export class Chain {
  readonly engine: Engine;
  private readonly start: ChainStart;
  private readonly executed: Executed[] = [];
  private openMark: Mark | undefined;
  /** The machine behind the last entry. */
  private tip: Machine;

  constructor(engine: Engine, start: ChainStart) {
    this.engine = engine;
    this.start = start;
    this.tip = engine.machine();
  }

  /** Number of the first entry that it executed itself. */
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
    return this.includedAt(this.length);
  }

  /** Queue items included before entry `number`. */
  includedAt(number: number): number {
    for (let i = number - 1 - this.first; i >= 0; i--) {
      const header = this.executed[i]?.entry.header;
      if (header?.kind === EntryKind.Queue) return Number(header.b);
    }
    return this.start.included;
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

  /** Undoes the entries from `number` on. @throws CodedError L1FinalityBroken when one of them is final */
  truncate(number: number): void {
    if (number >= this.length) return;
    const target = this.executed[number - this.first];
    if (target?.mark === undefined)
      throw nodeError("L1FinalityBroken", `cannot undo the final entry ${number}`, {
        entry: number,
        first: this.first,
      });
    this.engine.rollbackTo(target.mark);
    this.executed.length = number - this.first;
    this.tip = target.before;
  }

  /** Entries before `number` will not be undone any more. */
  finalize(number: number): void {
    const kept = this.executed[number - this.first]?.mark;
    if (kept === undefined) return;
    this.engine.dropMarksBefore(kept);
    for (let i = number - 1 - this.first; i >= 0; i--) {
      const executed = this.executed[i] as Executed;
      if (executed.mark === undefined) return;
      executed.mark = undefined;
      executed.entry = { ...executed.entry, payload: undefined, blobs: undefined };
    }
  }

  private push(entry: Entry, outcomes: Uint8Array, mark: Mark): void {
    this.executed.push({ entry, outcomes, before: this.tip, mark });
    this.tip = this.engine.machine();
  }
}

/** The entry that `next` is behind `acc`. */
export function placed(number: number, accBefore: Hex, next: NextEntry, acc: Hex): Entry {
  return { number, accBefore, acc, header: next.header, payload: next.payload };
}
