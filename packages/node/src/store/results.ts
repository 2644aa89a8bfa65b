/**
 * What final entries did: the machine at their start and the outcomes of their items, which would else take executing them
 * again. On disk if there is a file, else in memory. Lost, it costs time only.
 */
import type { Machine } from "@lakh/protocol";

import type { ExecutedEntry } from "../chain.ts";
import { nodeError } from "../errors.ts";
import type { Disk } from "./disk.ts";
import { FieldReader, FieldWriter } from "./fields.ts";
import { RecordFile } from "./record-file.ts";

/** What one entry did. */
export interface Result {
  /** The machine at its start. */
  readonly before: Machine;
  /** One an item, in order. */
  readonly outcomes: Uint8Array;
}

/** Place of an entry whose result is not here. */
const NOWHERE = -1;
/** Most entries in a row whose results are not here; more than any run leaves out. */
const MOST_MISSING = 1 << 22;

export class Results {
  /** By entry, from `first` on: where its record stands in the file, or its index in `records`. 8 bytes an entry. */
  private readonly places: number[] = [];
  private first: number | undefined;
  private readonly records: Uint8Array[] = [];
  private file: RecordFile | undefined;
  /** Ends when the commit under way does. */
  private committing: Promise<void> | undefined;

  private constructor() {}

  static inMemory(): Results {
    return new Results();
  }

  /** @throws CodedError StoreIo, StoreCorrupt */
  static async open(path: string, disk?: Disk): Promise<Results> {
    const results = new Results();
    const { file } = await RecordFile.open(
      path,
      (record, at) => results.place(new FieldReader(record).number(), at),
      disk,
    );
    results.file = file;
    return results;
  }

  /** Number of the first entry that may be here. */
  get from(): number | undefined {
    return this.first;
  }

  /**
   * Takes in final entries, in order; those it has stay as they are. They go to the disk meanwhile: what a crash keeps from it is
   * executed again, and a fault is told to whoever asks for a result.
   */
  append(entries: readonly ExecutedEntry[]): void {
    for (const { entry, before, outcomes } of entries) {
      if (this.placeOf(entry.number) !== NOWHERE) continue;
      const record = resultRecord(entry.number, { before, outcomes });
      this.place(entry.number, this.file === undefined ? this.records.push(record) - 1 : this.file.append(record));
    }
    this.committing ??= this.file
      ?.commit()
      .catch(() => undefined)
      .finally(() => (this.committing = undefined));
  }

  /** What an entry did, or undefined. @throws CodedError StoreIo, StoreCorrupt */
  async of(number: number): Promise<Result | undefined> {
    const place = this.placeOf(number);
    if (place === NOWHERE) return undefined;
    if (this.file === undefined) return readResult(this.records[place] as Uint8Array);
    await this.file.commit();
    return readResult(await this.file.read(place));
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  private placeOf(number: number): number {
    return this.places[number - (this.first ?? number)] ?? NOWHERE;
  }

  /** Entries come in ascending order; one that comes again, or before the first, is left out. */
  private place(number: number, place: number): void {
    this.first ??= number;
    const index = number - this.first;
    if (index < this.places.length) return;
    if (index - this.places.length > MOST_MISSING)
      throw nodeError("StoreCorrupt", "the results of too many entries are missing", { number, first: this.first });
    while (this.places.length < index) this.places.push(NOWHERE);
    this.places.push(place);
  }
}

function resultRecord(number: number, { before, outcomes }: Result): Uint8Array {
  const { stateRoot, nextObject, nextExit, entry, cursor, time, fees } = before;
  const out = new FieldWriter().uint(number).hash(stateRoot).uint(nextObject).uint(nextExit);
  return out.uint(entry).uint(cursor).uint(time).uint(fees).blob(outcomes).end();
}

function readResult(bytes: Uint8Array): Result {
  const record = new FieldReader(bytes);
  record.number();
  const stateRoot = record.hash();
  const [nextObject, nextExit] = [record.number(), record.uint()];
  const [entry, cursor, time, fees] = [record.uint(), record.number(), record.uint(), record.uint()];
  return { before: { stateRoot, nextObject, nextExit, entry, cursor, time, fees }, outcomes: record.blob() };
}
