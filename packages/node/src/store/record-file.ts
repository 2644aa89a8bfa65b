/**
 * A file of checksummed records that only grows: `length (4) ‖ crc32 (4) ‖ record`, integers little-endian.
 *
 * Appending is synchronous and buffered; `commit` writes and syncs what was appended so far, one fdatasync for all who wait.
 * Opening cuts what a crash left half written at the end. A full disk is waited for: those who wait for a commit wait on.
 */
import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";
import { crc32 } from "node:zlib";

import { failPoint } from "@lakh/service";

import { nodeError } from "../errors.ts";
import { Disk, isForWantOfRoom } from "./disk.ts";

const HEAD_BYTES = 8;
/** Longest record; a longer length is rubbish. */
const MAX_RECORD = 1 << 28;

/** Room for appended records at first; more is kept once it was needed. */
const FIRST_PENDING_BYTES = 1 << 16;

/** Pause before a full disk is tried again. */
const FULL_MILLISECONDS = 500;

/** Bytes read at once when opening. */
const READ_BYTES = 1 << 22;

export interface OpenedRecords {
  readonly file: RecordFile;
  /** Bytes of a half-written end that were cut. */
  readonly cutBytes: number;
}

/** Receives each record of a file that is opened; the bytes are the visitor's only during the call. */
export type RecordVisitor = (record: Uint8Array, at: number) => void;

export class RecordFile {
  private readonly handle: FileHandle;
  private readonly path: string;
  private readonly disk: Disk;
  private isClosing = false;
  /** End of the file once all appended records are written. */
  private end: number;
  private written: number;
  /** Appended records that are not being written yet: the first `pendingBytes` of it. */
  private pending = Buffer.alloc(FIRST_PENDING_BYTES);
  private pendingBytes = 0;
  /** Takes turns with `pending`. */
  private spare = Buffer.alloc(FIRST_PENDING_BYTES);
  private flushing: Promise<void> | undefined;
  private failure: unknown;

  private constructor(handle: FileHandle, path: string, disk: Disk, end: number) {
    this.handle = handle;
    this.path = path;
    this.disk = disk;
    this.end = end;
    this.written = end;
  }

  /** @throws CodedError StoreIo, and what the visitor throws */
  static async open(path: string, visit: RecordVisitor, disk = new Disk()): Promise<OpenedRecords> {
    const handle = await open(path, "a+").catch((cause: unknown) => {
      throw nodeError("StoreIo", `cannot open ${path}`, { path }, cause);
    });
    try {
      const { size } = await handle.stat();
      const end = await visitRecords(handle, size, visit);
      if (size > end) {
        await handle.truncate(end);
        await handle.datasync();
      }
      return { file: new RecordFile(handle, path, disk, end), cutBytes: size - end };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Bytes in the file, appended ones included. */
  get size(): number {
    return this.end;
  }

  /** Appends a record; durable only after `commit`. @returns where it stands, for `read` */
  append(...parts: readonly Uint8Array[]): number {
    const at = this.end;
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const start = this.reserve(HEAD_BYTES + length);
    const { pending } = this;
    let to = start + HEAD_BYTES;
    for (const part of parts) {
      pending.set(part, to);
      to += part.length;
    }
    pending.writeUInt32LE(length, start);
    pending.writeUInt32LE(crc32(pending.subarray(start + HEAD_BYTES, to)), start + 4);
    this.end += HEAD_BYTES + length;
    return at;
  }

  /** Makes room for a record behind the pending ones. @returns where it starts */
  private reserve(bytes: number): number {
    const start = this.pendingBytes;
    this.pendingBytes += bytes;
    if (this.pendingBytes > this.pending.length) {
      const grown = Buffer.alloc(2 * this.pendingBytes);
      this.pending.copy(grown, 0, 0, start);
      this.pending = grown;
    }
    return start;
  }

  /** Resolves when everything appended so far is on disk. @throws CodedError StoreIo */
  async commit(): Promise<void> {
    const due = this.end;
    while (this.written < due) {
      if (this.failure !== undefined)
        throw nodeError("StoreIo", `cannot write ${this.path}`, { path: this.path }, this.failure);
      this.flushing ??= this.flush();
      await this.flushing;
    }
  }

  /** The record at `at`, which must be committed. @throws CodedError StoreCorrupt */
  async read(at: number): Promise<Uint8Array> {
    const head = Buffer.alloc(HEAD_BYTES);
    await this.handle.read(head, 0, HEAD_BYTES, at);
    const bytes = Buffer.alloc(HEAD_BYTES + Math.min(head.readUInt32LE(0), MAX_RECORD));
    const { bytesRead } = await this.handle.read(bytes, 0, bytes.length, at);
    if (bytesRead !== bytes.length || recordEnd(bytes, 0) !== bytes.length)
      throw nodeError("StoreCorrupt", `no whole record at ${at} of ${this.path}`, { path: this.path, at });
    return bytes.subarray(HEAD_BYTES);
  }

  /** The first bytes of the record at `at`, unchecked; for records whose check has been made. @throws CodedError StoreIo */
  readStart(at: number, length: number): Uint8Array {
    const bytes = Buffer.alloc(length);
    try {
      readSync(this.handle.fd, bytes, 0, length, at + HEAD_BYTES);
    } catch (cause) {
      throw nodeError("StoreIo", `cannot read ${this.path}`, { path: this.path, at }, cause);
    }
    return bytes;
  }

  /** Commits first; on a full disk it gives up soon. @throws CodedError StoreIo */
  async close(): Promise<void> {
    this.isClosing = true;
    try {
      await this.commit();
    } finally {
      await this.handle.close();
    }
  }

  private async flush(): Promise<void> {
    const written = this.pending;
    const bytes = written.subarray(0, this.pendingBytes);
    this.pending = this.spare;
    this.pendingBytes = 0;
    this.spare = written; // not touched before this flush is over
    try {
      while (!(await this.write(bytes))) await setTimeout(FULL_MILLISECONDS);
      this.disk.free(this.path);
      this.written += bytes.length;
    } catch (error) {
      this.failure = error; // what reached the disk is unknown: nothing may be promised any more
    } finally {
      this.flushing = undefined;
    }
  }

  /** Writes and syncs; false when the disk is full, and then the file is as before. */
  private async write(bytes: Uint8Array): Promise<boolean> {
    try {
      let at = 0;
      while (at < bytes.length) at += (await this.handle.write(bytes, at)).bytesWritten;
      failPoint("records-written", basename(this.path));
    } catch (error) {
      if (!isForWantOfRoom(error) || this.isClosing) throw error;
      this.disk.full(this.path);
      await this.handle.truncate(this.written);
      return false;
    }
    await this.handle.datasync();
    failPoint("records-synced", basename(this.path));
    return true;
  }
}

/** Visits the good records from the start; where they end. */
async function visitRecords(handle: FileHandle, size: number, visit: RecordVisitor): Promise<number> {
  let window = new Uint8Array(0);
  let start = 0; // offset of the window in the file
  let at = 0; // next record, in the window
  for (;;) {
    const end = recordEnd(window, at);
    if (end > 0) {
      visit(window.subarray(at + HEAD_BYTES, end), start + at);
      at = end;
      continue;
    }
    const readFrom = start + window.length;
    if (readFrom >= size) return start + at;
    const more = Buffer.alloc(Math.min(Math.max(READ_BYTES, window.length - at), size - readFrom));
    const { bytesRead } = await handle.read(more, 0, more.length, readFrom);
    if (bytesRead === 0) return start + at;
    window = Buffer.concat([window.subarray(at), more.subarray(0, bytesRead)]);
    start += at;
    at = 0;
  }
}

/** End of the good record at `at`, or −1. */
function recordEnd(bytes: Uint8Array, at: number): number {
  if (at + HEAD_BYTES > bytes.length) return -1;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEAD_BYTES);
  const length = view.getUint32(0, true);
  const end = at + HEAD_BYTES + length;
  if (length > MAX_RECORD || end > bytes.length) return -1;
  return crc32(bytes.subarray(at + HEAD_BYTES, end)) === view.getUint32(4, true) ? end : -1;
}
