/** Engine states at the start of entries: on disk if there is a folder, else in memory. The latest few are kept. */
import { mkdir, open, readFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

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

  async put({ entry, acc }: SnapshotName, bytes: Uint8Array): Promise<void> {
    const { folder } = this;
    if (folder !== undefined) await onDisk(folder, () => writeWhole(join(folder, fileOf({ entry, acc })), bytes));
    this.kept = this.kept.filter((other) => other.entry < entry);
    this.kept.push({ entry, acc, bytes: folder === undefined ? bytes : undefined });
    while (this.kept.length > this.keep) await this.remove(this.kept[0] as Kept);
  }

  async read(name: SnapshotName): Promise<Uint8Array> {
    const kept = this.kept.find(({ entry, acc }) => entry === name.entry && acc === name.acc);
    if (kept?.bytes !== undefined) return kept.bytes;
    const path = join(this.folder ?? "", fileOf(name));
    return onDisk(path, () => readFile(path));
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

/** The file is there whole, or not at all. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(`${path}.new`, "w");
  try {
    await handle.writeFile(bytes);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  failPoint("snapshot-renaming");
  await rename(`${path}.new`, path);
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw nodeError("StoreIo", `cannot use ${path}`, { path }, cause);
  }
}
