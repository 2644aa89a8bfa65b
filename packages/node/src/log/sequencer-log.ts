/**
 * The sequencer's durable log: what it promised, in order. Nothing it says leaves the process before its record is on disk.
 *
 * Records: an entry opened (time, mode) · items accepted (framed as in a batch) · the open entry sealed · a draft sealed whole (slice, heartbeat) ·
 * a plan, which with the drafts that follow it replaces all before it (L1 held something else than expected, or the log was cut
 * to what is not final).
 */
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { type EntryKind, concat } from "@lakh/protocol";
import { failPoint } from "@lakh/service";

import { nodeError } from "../errors.ts";
import { type Draft, batchDraft, blobDraft } from "../sequencer/draft.ts";
import type { DataMode } from "../sequencer/open-entry.ts";
import { Disk } from "../store/disk.ts";
import { FieldReader, FieldWriter } from "../store/fields.ts";
import { RecordFile } from "../store/record-file.ts";

const Kind = { Open: 1, Items: 2, Seal: 3, Draft: 4, Plan: 5 } as const;

/** What the log holds. */
export interface Promises {
  /** Number of the first entry that `drafts` may be. */
  base: number;
  /** Sealed entries since, in order. */
  drafts: Draft[];
  /** The entry that was open at the end; `data` as a batch's. */
  open: { readonly time: bigint; readonly data: Uint8Array; readonly mode: DataMode } | undefined;
}

/** The promises while the log is read. */
interface Reading extends Omit<Promises, "open"> {
  /** A plan whose drafts are being read; one that a crash cut short never counts. */
  plan: { readonly base: number; readonly drafts: Draft[]; missing: number } | undefined;
  open: { readonly time: bigint; readonly parts: Uint8Array[]; readonly mode: DataMode } | undefined;
}

export class SequencerLog {
  private readonly path: string;
  private readonly disk: Disk;
  private file: RecordFile;
  private replacing: Promise<void> | undefined;

  private constructor(path: string, file: RecordFile, disk: Disk) {
    this.path = path;
    this.disk = disk;
    this.file = file;
  }

  /** @throws CodedError StoreIo, StoreCorrupt */
  static async open(
    path: string,
    disk = new Disk(),
  ): Promise<{ log: SequencerLog; promises: Promises; cutBytes: number }> {
    await rm(`${path}.new`, { force: true }); // a rewrite that a crash interrupted
    const reading: Reading = { base: 0, drafts: [], open: undefined, plan: undefined };
    const { file, cutBytes } = await RecordFile.open(path, (record) => applyRecord(reading, record), disk);
    const open =
      reading.open === undefined
        ? undefined
        : { time: reading.open.time, data: concat(...reading.open.parts), mode: reading.open.mode };
    const promises = { base: reading.base, drafts: reading.drafts, open };
    const log = new SequencerLog(path, file, disk);
    if (reading.plan !== undefined) await log.rewrite(() => promises);
    return { log, promises, cutBytes };
  }

  /** Bytes in the file. */
  get size(): number {
    return this.file.size;
  }

  appendOpen(time: bigint, mode: DataMode): void {
    this.file.append(new FieldWriter().byte(Kind.Open).uint(time).byte(MODES.indexOf(mode)).end());
  }

  /** Items accepted into the open entry, each with its length in front. */
  appendItems(framed: Uint8Array): void {
    this.file.append(ITEMS_MARK, framed);
  }

  /** @param draft what the open entry became */
  appendSeal({ header: { hash } }: Draft): void {
    this.file.append(new FieldWriter().byte(Kind.Seal).hash(hash).end());
  }

  appendDraft(draft: Draft): void {
    const out = new FieldWriter().byte(Kind.Draft);
    writeDraft(out, draft);
    this.file.append(out.end());
  }

  appendPlan(base: number, drafts: readonly Draft[]): void {
    this.file.append(planRecord(base, drafts.length));
    for (const draft of drafts) this.appendDraft(draft);
  }

  /** Resolves when all that was appended is on disk. @throws CodedError StoreIo */
  async commit(): Promise<void> {
    const { file } = this; // what was appended so far stands there
    await file.commit();
    await this.replacing; // while a new file has not taken the old one's place, nothing counts that stands only there
  }

  /**
   * Replaces the file by one that holds only what still counts.
   * @param capture says what that is, at the instant from which on records go to the new file
   * @throws CodedError StoreIo
   */
  async rewrite(capture: () => Promises): Promise<void> {
    const path = `${this.path}.new`;
    await rm(path, { force: true });
    const { file } = await RecordFile.open(path, () => undefined, this.disk);
    const old = this.file;
    this.file = file;
    const { base, drafts, open } = capture();
    this.appendPlan(base, drafts);
    if (open !== undefined) {
      this.appendOpen(open.time, open.mode);
      if (open.data.length > 0) this.appendItems(open.data);
    }
    this.replacing = this.replace(old, file, path);
    await this.replacing;
    this.replacing = undefined;
  }

  /** Until the new file has taken the old one's name, nothing in it counts. */
  private async replace(old: RecordFile, file: RecordFile, path: string): Promise<void> {
    await old.commit();
    await file.commit();
    failPoint("log-renaming");
    await rename(path, this.path);
    failPoint("log-renamed");
    await syncFolder(dirname(this.path));
    await old.close();
  }

  async close(): Promise<void> {
    await this.replacing;
    await this.file.close();
  }
}

/** A rename is durable once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Modes by their bytes. */
const MODES: readonly DataMode[] = ["calldata", "blobs"];

/** The draft that an open entry became; the seal holds its hash. */
function sealed({ time, parts, mode }: NonNullable<Reading["open"]>, seal: FieldReader): Draft {
  const data = concat(...parts);
  const hash = seal.hash();
  return mode === "blobs" ? blobDraft(time, data, hash) : batchDraft(time, data, hash);
}

const ITEMS_MARK = Uint8Array.of(Kind.Items);

function planRecord(base: number, drafts: number): Uint8Array {
  return new FieldWriter().byte(Kind.Plan).uint(base).uint(drafts).end();
}

function writeDraft(out: FieldWriter, { header, data }: Draft): void {
  out.byte(header.kind).uint(header.time).uint(header.a).uint(header.b).hash(header.hash);
  out.blob(data ?? new Uint8Array(0));
}

function readDraft(record: FieldReader): Draft {
  const kind = record.byte() as EntryKind;
  const header = { kind, time: record.uint(), a: record.uint(), b: record.uint(), hash: record.hash() };
  const data = record.blob();
  return data.length === 0 ? { header } : { header, data: data.slice() };
}

/** A plan counts once all its drafts are there. */
function finishPlan(promises: Reading): void {
  const { plan } = promises;
  if (plan === undefined || plan.missing > 0) return;
  const { base, drafts } = plan;
  Object.assign(promises, { base, drafts, open: undefined, plan: undefined });
}

function applyRecord(promises: Reading, bytes: Uint8Array): void {
  if (promises.plan !== undefined) {
    const record = new FieldReader(bytes);
    if (record.byte() !== Kind.Draft) throw corrupt("a plan without all its drafts");
    promises.plan.drafts.push(readDraft(record));
    promises.plan.missing--;
    finishPlan(promises);
    return;
  }
  if (bytes[0] === Kind.Items) {
    if (promises.open === undefined) throw corrupt("items without an open entry");
    promises.open.parts.push(bytes.slice(1));
    return;
  }
  const record = new FieldReader(bytes);
  switch (record.byte()) {
    case Kind.Open:
      promises.open = { time: record.uint(), parts: [], mode: modeOf(record.byte()) };
      return;
    case Kind.Seal:
      if (promises.open === undefined) throw corrupt("a seal without an open entry");
      promises.drafts.push(sealed(promises.open, record));
      promises.open = undefined;
      return;
    case Kind.Draft:
      promises.drafts.push(readDraft(record));
      return;
    case Kind.Plan:
      promises.plan = { base: record.number(), missing: record.number(), drafts: [] };
      finishPlan(promises);
      return;
    default:
      throw corrupt("an unknown record");
  }
}

function modeOf(byte: number): DataMode {
  const mode = MODES[byte];
  if (mode === undefined) throw corrupt("an unknown data mode");
  return mode;
}

function corrupt(what: string) {
  return nodeError("StoreCorrupt", `the sequencer's log holds ${what}`);
}
