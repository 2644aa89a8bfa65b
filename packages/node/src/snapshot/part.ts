/** A snapshot on its way in: kept on disk, so that a download that was cut off goes on. */
import { type FileHandle, mkdir, open, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { nodeError } from "../errors.ts";
import type { SnapshotName } from "../store/snapshots.ts";
import { PIECE_BYTES } from "./pieces.ts";

export interface Part {
  /** Bytes there; whole pieces, until the last one is. */
  readonly length: number;
  append(piece: Uint8Array): Promise<void>;
  read(): Promise<Uint8Array>;
  /** Keeps it for the next time. */
  close(): Promise<void>;
  /** Forgets all of it. */
  drop(): Promise<void>;
}

/** Whether an earlier run was at it. */
export async function hasPart(folder: string | undefined): Promise<boolean> {
  if (folder === undefined) return false;
  return (await readdir(folder).catch(() => [])).length > 0;
}

/** Goes on with the part of that name; those of others are dropped. @throws CodedError StoreIo */
export async function openPart(folder: string | undefined, { entry, acc }: SnapshotName): Promise<Part> {
  return folder === undefined ? new MemoryPart() : onDisk(folder, () => FilePart.open(folder, `${entry}-${acc}.part`));
}

class MemoryPart implements Part {
  private pieces: Uint8Array[] = [];
  length = 0;
  async append(piece: Uint8Array): Promise<void> {
    this.pieces.push(piece);
    this.length += piece.length;
  }
  async read(): Promise<Uint8Array> {
    return Buffer.concat(this.pieces);
  }
  async close(): Promise<void> {
    this.pieces = [];
  }
  async drop(): Promise<void> {
    this.pieces = [];
    this.length = 0;
  }
}

class FilePart implements Part {
  private readonly path: string;
  private handle: FileHandle | undefined;
  length: number;

  private constructor(path: string, handle: FileHandle, length: number) {
    this.path = path;
    this.handle = handle;
    this.length = length;
  }

  static async open(folder: string, name: string): Promise<FilePart> {
    await mkdir(folder, { recursive: true });
    for (const other of await readdir(folder)) if (other !== name) await rm(join(folder, other), { force: true });
    const path = join(folder, name);
    const handle = await open(path, "a+");
    const { size } = await handle.stat();
    const whole = size - (size % PIECE_BYTES); // the last piece is asked for again
    await handle.truncate(whole);
    return new FilePart(path, handle, whole);
  }

  async append(piece: Uint8Array): Promise<void> {
    await onDisk(this.path, async () => this.handle?.appendFile(piece));
    this.length += piece.length;
  }

  async read(): Promise<Uint8Array> {
    await onDisk(this.path, async () => this.handle?.datasync());
    return onDisk(this.path, () => readFile(this.path));
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = undefined;
  }

  async drop(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
    this.length = 0;
  }
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw nodeError("StoreIo", `cannot use ${path}`, { path }, cause);
  }
}
