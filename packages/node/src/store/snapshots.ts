/** Engine states at the start of entries: on disk if there is a folder, else in memory. The latest few are kept. */
import { mkdir, open, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";

import type { Hex } from "@lakh/protocol";
import { failPoint } from "@lakh/service";

import { nodeError } from "../errors.ts";

/** A snapshot is found by the entry it stands at and the accumulator before it. */
export interface SnapshotName {
  readonly entry: number;
  readonly acc: Hex;
}

interface Kept extends SnapshotName {
  readonly bytes: Uint8Array | undefined;
}

/** So much is synced at once: little, so that the log's own syncs do not wait long for it. */
const SYNC_BYTES = 1 << 22;

const FILE = /^(\d+)-(0x[0-9a-f]{64})\.snapshot$/;

export class Snapshots {
  private readonly folder: string | undefined;
  private readonly keep: number;
  private kept: Kept[] = [];

  private constructor(folder: string | undefined, keep: number) {
    this.folder = folder;
    this.keep = keep;
  }

  static inMemory(keep: number): Snapshots {
    return new Snapshots(undefined, keep);
  }

  /** @throws CodedError StoreIo */
  static async open(folder: string, keep: number): Promise<Snapshots> {
    const snapshots = new Snapshots(folder, keep);
    await onDisk(folder, () => mkdir(folder, { recursive: true }));
    for (const name of await onDisk(folder, () => readdir(folder))) {
      const match = FILE.exec(name);
      if (match === null)
        await rm(join(folder, name), { force: true }); // half written
      else snapshots.kept.push({ entry: Number(match[1]), acc: match[2] as Hex, bytes: undefined });
    }
    snapshots.kept.sort((a, b) => a.entry - b.entry);
    return snapshots;
  }

  /** The names kept, latest entry first. */
  names(): readonly SnapshotName[] {
    return this.kept.toReversed();
  }

  /** Entry of the latest snapshot; 0 when there is none. */
  get latest(): number {
    return this.kept.at(-1)?.entry ?? 0;
  }

  /**
   * Keeps a snapshot that comes piece by piece, with other work in between.
   * @param final entries that are final: the latest snapshot among them is kept in any case, since a node starts from it
   * @throws CodedError StoreIo, and what making the pieces throws; nothing is kept then
   */
  async put({ entry, acc }: SnapshotName, pieces: Iterable<Uint8Array>, final: number): Promise<void> {
    const { folder } = this;
    const bytes = folder === undefined ? await gather(pieces) : undefined;
    if (folder !== undefined) await writeWhole(join(folder, fileOf({ entry, acc })), pieces);
    for (const other of this.kept.filter((one) => one.entry >= entry && one.acc !== acc)) await this.remove(other);
    this.kept = this.kept.filter((other) => other.entry < entry);
    this.kept.push({ entry, acc, bytes });
    while (this.kept.length > this.keep) await this.remove(this.leastNeeded(final));
  }

  /** The oldest one, unless a node would start from it: then the next. */
  private leastNeeded(final: number): Kept {
    const [oldest, next] = this.kept;
    return next === undefined || next.entry <= final ? (oldest as Kept) : next;
  }

  async read(name: SnapshotName): Promise<Uint8Array> {
    const kept = this.kept.find(({ entry, acc }) => entry === name.entry && acc === name.acc);
    if (kept?.bytes !== undefined) return kept.bytes;
    const path = join(this.folder ?? "", fileOf(name));
    return onDisk(path, () => readFile(path));
  }

  /** Bytes of a snapshot that is kept. @throws CodedError StoreIo */
  async size(name: SnapshotName): Promise<number> {
    const bytes = this.kept.find(({ entry, acc }) => entry === name.entry && acc === name.acc)?.bytes;
    if (bytes !== undefined) return bytes.length;
    const path = join(this.folder ?? "", fileOf(name));
    return (await onDisk(path, () => stat(path))).size;
  }

  /** Up to `length` bytes from `from` on. @throws CodedError StoreIo */
  async piece(name: SnapshotName, from: number, length: number): Promise<Uint8Array> {
    const bytes = this.kept.find(({ entry, acc }) => entry === name.entry && acc === name.acc)?.bytes;
    if (bytes !== undefined) return bytes.subarray(from, from + length);
    const path = join(this.folder ?? "", fileOf(name));
    return onDisk(path, async () => {
      const handle = await open(path);
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    });
  }

  /** Forgets a snapshot: of another history, or one that cannot be read. */
  async remove(name: SnapshotName): Promise<void> {
    this.kept = this.kept.filter(({ entry, acc }) => entry !== name.entry || acc !== name.acc);
    if (this.folder !== undefined) await rm(join(this.folder, fileOf(name)), { force: true });
  }
}

function fileOf({ entry, acc }: SnapshotName): string {
  return `${entry}-${acc}.snapshot`;
}

async function gather(pieces: Iterable<Uint8Array>): Promise<Uint8Array> {
  const gathered: Uint8Array[] = [];
  for (const piece of pieces) {
    gathered.push(piece);
    await breathe();
  }
  return Buffer.concat(gathered);
}

/** The file is there whole, or not at all. */
async function writeWhole(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const half = `${path}.new`;
  const folder = basename(dirname(path));
  const handle = await onDisk(half, () => open(half, "w"));
  let isWhole = false;
  try {
    let written = 0;
    for (const piece of pieces) {
      await onDisk(half, () => handle.writeFile(piece));
      failPoint("snapshot-writing", folder);
      written += piece.length;
      if (written < SYNC_BYTES) continue;
      await onDisk(half, () => handle.datasync());
      written = 0;
    }
    await onDisk(half, () => handle.datasync());
    isWhole = true;
  } finally {
    await handle.close();
    if (!isWhole) await rm(half, { force: true });
  }
  failPoint("snapshot-renaming", folder);
  await onDisk(path, () => rename(half, path));
  failPoint("snapshot-renamed", folder);
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw nodeError("StoreIo", `cannot use ${path}`, { path }, cause);
  }
}
