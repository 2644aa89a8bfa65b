/**
 * What L1 said: entries with their data, queue items, and up to which block. On disk if there is a file, else in memory.
 *
 * A checkpoint ends what one pass over L1 found; entries and items behind the last one were not taken over and are dropped
 * when the file is opened.
 */
import type { EntryPayload } from "@lakh/engine";
import { EntryKind, type Hex } from "@lakh/protocol";

import type { Checkpoint } from "../derivation/checkpoints.ts";
import { nodeError } from "../errors.ts";
import type { L1Entry, L1Place, QueueItem } from "../types.ts";
import { Disk } from "./disk.ts";
import { FieldReader, FieldWriter } from "./fields.ts";
import { RecordFile } from "./record-file.ts";

const Kind = { Entry: 1, Queue: 2, Checkpoint: 3, Rollback: 4 } as const;

/** An entry without its data. */
export type EntryInfo = Omit<L1Entry, "payload" | "blobs">;

interface Stored {
  readonly info: EntryInfo;
  /** Undefined once it is let go of. */
  payload: EntryPayload | undefined;
  blobs?: readonly Uint8Array[] | undefined;
}

/** With a file, the latest entries are held in memory as objects: between this many and twice as many. */
const HELD_ENTRIES = 1024;

/** What an earlier run left. */
export interface Archived {
  readonly accs: readonly Hex[];
  readonly queue: readonly QueueItem[];
  readonly checkpoints: readonly Checkpoint[];
}

export class Archive {
  /** The entries from `heldFrom` on; without a file all. */
  private readonly held: Stored[] = [];
  private heldFrom = 0;
  /** With a file: where the record of each entry stands. 8 bytes an entry. */
  private readonly places: number[] = [];
  /** Accumulators behind the entries that an earlier run left, until `archived` gives them away. */
  private accs: Hex[] = [];
  private queue: QueueItem[] = [];
  /** From this entry on the data of all is here, or was when the file was opened. */
  private kept = 0;
  private checkpoints: Checkpoint[] = [];
  private file: RecordFile | undefined;

  private constructor() {}

  /** An archive in memory. */
  static inMemory(): Archive {
    return new Archive();
  }

  /** @throws CodedError StoreIo, StoreCorrupt */
  static async open(path: string, disk = new Disk()): Promise<Archive> {
    const archive = new Archive();
    const { file } = await RecordFile.open(path, (record, at) => archive.take(new FieldReader(record), at), disk);
    archive.file = file;
    const last = archive.checkpoints.at(-1) ?? { block: -1, hash: NO_HASH, entries: 0, queue: 0 };
    try {
      if (archive.length > last.entries || archive.queue.length > last.queue) archive.rollback(last);
    } catch (error) {
      await file.close();
      throw error;
    }
    return archive;
  }

  get length(): number {
    return this.heldFrom + this.held.length;
  }

  /** Batches before this entry may be without their data; none from it on is. Of what was there when it was opened. */
  get keptFrom(): number {
    return Math.min(this.kept, this.length);
  }

  /** What an earlier run left; to be asked for once, right after opening. */
  archived(): Archived {
    const { accs, queue, checkpoints } = this;
    this.accs = [];
    return { accs, queue, checkpoints };
  }

  /** An entry without its data. Cost: a read of the file, when it is not among the latest. @throws CodedError StoreIo */
  info(number: number): EntryInfo | undefined {
    if (number >= this.heldFrom) return this.held[number - this.heldFrom]?.info;
    const at = this.places[number];
    if (at === undefined) return undefined;
    const record = new FieldReader((this.file as RecordFile).readStart(at, INFO_BYTES));
    record.byte();
    return readInfo(record);
  }

  /** Queue items included by the entries before `number`. */
  includedBefore(number: number): number {
    for (let i = number - 1; i >= 0; i--) {
      const header = this.info(i)?.header;
      if (header?.kind === EntryKind.Queue) return Number(header.b);
    }
    return 0;
  }

  /** An entry with its data. @throws CodedError NotFound (also where the data is not kept), StoreCorrupt */
  async entry(number: number): Promise<L1Entry> {
    const stored = this.held[number - this.heldFrom];
    const { payload, blobs } = stored ?? {};
    if (stored !== undefined && payload !== undefined)
      return withData({ ...stored.info, payload, ...(blobs && { blobs }) });
    const at = this.places[number];
    if (at === undefined) throw nodeError("NotFound", `L1 holds no entry ${number} yet`, { entry: number });
    await this.commit();
    const record = new FieldReader(await (this.file as RecordFile).read(at));
    record.byte();
    return withData(readEntry(record));
  }

  append(queue: readonly QueueItem[], entries: readonly L1Entry[], checkpoint: Checkpoint): void {
    for (const item of queue) {
      this.queue.push(item);
      this.file?.append(queueRecord(item));
    }
    for (const entry of entries) {
      this.held.push({ info: infoOf(entry), payload: entry.payload, blobs: entry.blobs });
      if (this.file !== undefined) this.places.push(this.file.append(entryRecord(entry)));
    }
    this.checkpoints.push(checkpoint);
    this.file?.append(checkpointRecord(Kind.Checkpoint, checkpoint));
  }

  /** Drops what stands behind a checkpoint. */
  rollback(to: Checkpoint): void {
    this.truncate(to);
    this.file?.append(checkpointRecord(Kind.Rollback, to));
  }

  /** Whether data is on disk, so that it need not be held in memory. */
  get isOnDisk(): boolean {
    return this.file !== undefined;
  }

  /** Lets go of the data of entries before `number` that is on disk. */
  forgetData(before: number): void {
    if (!this.isOnDisk) return;
    for (let i = Math.min(before, this.length) - 1 - this.heldFrom; i >= 0; i--) {
      const stored = this.held[i] as Stored;
      if (stored.payload === undefined) return;
      stored.payload = undefined;
      stored.blobs = undefined;
    }
  }

  /** Forgets checkpoints below the highest one at or below the final `block`. */
  prune(block: number): void {
    const keep = this.checkpoints.findLastIndex((checkpoint) => checkpoint.block <= block);
    if (keep > 0) this.checkpoints = this.checkpoints.slice(keep);
  }

  /** Resolves when all that was appended is on disk. @throws CodedError StoreIo */
  async commit(): Promise<void> {
    if (this.file === undefined) return;
    await this.file.commit();
    this.trim();
  }

  /** Lets go of entries that are on disk and not among the latest. */
  private trim(): void {
    if (this.held.length < 2 * HELD_ENTRIES) return;
    this.heldFrom += this.held.splice(0, this.held.length - HELD_ENTRIES).length;
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  private truncate({ block, entries, queue }: Checkpoint): void {
    if (entries > this.length || queue > this.queue.length)
      throw nodeError("StoreCorrupt", "the archive goes back to what it does not hold", { block, entries, queue });
    this.heldFrom = Math.min(this.heldFrom, entries);
    this.held.length = entries - this.heldFrom;
    this.places.length = Math.min(this.places.length, entries);
    this.accs.length = Math.min(this.accs.length, entries);
    this.queue.length = queue;
    this.checkpoints = this.checkpoints.filter((checkpoint) => checkpoint.block <= block);
  }

  /** Entries and queue items come one after the other. */
  private due(number: number, expected: number): void {
    if (number === expected) return;
    throw nodeError("StoreCorrupt", "the archive's records are not in order", { number, expected });
  }

  /** Takes over a record of an earlier run. */
  private take(record: FieldReader, at: number): void {
    const kind = record.byte();
    if (kind === Kind.Entry) {
      const info = readInfo(record);
      this.due(info.number, this.length);
      if (isBatch(info.header.kind) && (record.done || record.blob().length === 0)) this.kept = info.number + 1;
      this.held.push({ info, payload: undefined });
      this.places.push(at);
      this.accs.push(info.acc);
      this.trim();
    } else if (kind === Kind.Queue) {
      const item = readQueue(record);
      this.due(item.index, this.queue.length);
      this.queue.push(item);
    } else if (kind === Kind.Checkpoint) this.checkpoints.push(readCheckpoint(record));
    else if (kind === Kind.Rollback) this.truncate(readCheckpoint(record));
    else throw nodeError("StoreCorrupt", `the archive holds a record of kind ${kind}`);
  }
}

function infoOf({ number, header, accBefore, acc, l1 }: L1Entry): EntryInfo {
  return { number, header, accBefore, acc, l1 };
}

/** @throws CodedError NotFound when the entry's data was never taken in, or was let go of */
function withData(entry: L1Entry): L1Entry {
  if (entry.payload.length > 0) return entry;
  const { number } = entry;
  throw nodeError("NotFound", `this node has not kept the data of entry ${number}`, { entry: number });
}

const NO_HASH: Hex = `0x${"00".repeat(32)}`;

function entryRecord({ number, header, accBefore, acc, payload, blobs = [], l1 }: L1Entry): Uint8Array {
  const out = new FieldWriter().byte(Kind.Entry).uint(number).byte(header.kind);
  out.uint(header.time).uint(header.a).uint(header.b).hash(header.hash).hash(accBefore).hash(acc);
  writePlace(out, l1);
  for (const part of payload instanceof Uint8Array ? [payload, ...blobs] : payload) out.blob(part);
  return out.end();
}

/** Bytes of an entry's record up to its data: kind, number, header, two accumulators, place on L1. */
const INFO_BYTES = 1 + 8 + (1 + 8 + 8 + 8 + 32) + 2 * 32 + (8 + 32 + 32);

/** The record, without its data where it is of a batch before entry `before`. What slices hold stands in the queue's records too. */
export function withoutData(record: Uint8Array, before: number): Uint8Array {
  if (record[0] !== Kind.Entry) return record;
  const fields = new FieldReader(record.subarray(1));
  return fields.number() < before && isBatch(fields.byte()) ? record.subarray(0, INFO_BYTES) : record;
}

function isBatch(kind: number): boolean {
  return kind === EntryKind.Calldata || kind === EntryKind.Blobs;
}

function readInfo(record: FieldReader): EntryInfo {
  const number = record.number();
  const kind = record.byte() as EntryKind;
  const header = { kind, time: record.uint(), a: record.uint(), b: record.uint(), hash: record.hash() };
  const [accBefore, acc] = [record.hash(), record.hash()];
  return { number, header, accBefore, acc, l1: readPlace(record) };
}

function readEntry(record: FieldReader): L1Entry {
  const info = readInfo(record);
  const parts: Uint8Array[] = [];
  while (!record.done) parts.push(record.blob().slice());
  if (info.header.kind === EntryKind.Queue) return { ...info, payload: parts };
  const [payload = new Uint8Array(0), ...blobs] = parts;
  return blobs.length === 0 ? { ...info, payload } : { ...info, payload, blobs };
}

function queueRecord({ index, time, item, l1 }: QueueItem): Uint8Array {
  const out = new FieldWriter().byte(Kind.Queue).uint(index).uint(time);
  writePlace(out, l1);
  return out.blob(item).end();
}

function readQueue(record: FieldReader): QueueItem {
  const [index, time, l1] = [record.number(), record.uint(), readPlace(record)];
  return { index, time, l1, item: record.blob().slice() };
}

function checkpointRecord(kind: number, { block, hash, entries, queue }: Checkpoint): Uint8Array {
  return new FieldWriter()
    .byte(kind)
    .uint(block + 1)
    .hash(hash)
    .uint(entries)
    .uint(queue)
    .end();
}

function readCheckpoint(record: FieldReader): Checkpoint {
  return { block: record.number() - 1, hash: record.hash(), entries: record.number(), queue: record.number() };
}

function writePlace(out: FieldWriter, { block, blockHash, transaction }: L1Place): void {
  out.uint(block).hash(blockHash).hash(transaction);
}

function readPlace(record: FieldReader): L1Place {
  return { block: record.number(), blockHash: record.hash(), transaction: record.hash() };
}
