/** Lets go of data that a confirmed claim covers: the archive's file is written anew without it. */
import { rename, rm, statfs } from "node:fs/promises";

import { errorFields, failPoint, type Log } from "@lakh/service";

import { nodeError } from "../errors.ts";
import type { ConfirmedClaim } from "../snapshot/confirmed.ts";
import { withoutData } from "./archive.ts";
import { isForWantOfRoom } from "./disk.ts";
import { RecordFile } from "./record-file.ts";
import type { Snapshots } from "./snapshots.ts";

export interface PruneParts {
  readonly snapshots: Snapshots;
  /** The latest confirmed claim of a final L1 block. */
  readonly confirmed: () => Promise<ConfirmedClaim | undefined>;
  readonly log: Log;
}

/**
 * Drops the data of batches before the latest snapshot that stands at or before the confirmed claim: from there the node
 * starts, or from a later one. On a full disk nothing is dropped.
 * @throws CodedError L1Unreachable, L1Inconsistent, StoreIo, StoreCorrupt
 */
export async function pruneConfirmed(path: string, { snapshots, confirmed, log }: PruneParts): Promise<void> {
  const claim = await confirmed();
  const start = snapshots.names().find(({ entry }) => entry <= (claim?.entry ?? 0));
  if (start === undefined) return;
  const bytes = await pruneArchive(path, start.entry).catch((error: unknown) => {
    if (!isForWantOfRoom(error)) throw error;
    log.warn(errorFields(error), "No room to prune the archive: that takes as much as is kept");
    return 0;
  });
  if (bytes > 0) log.info({ entry: start.entry, bytes }, "Let go of the data of entries");
}

/** Below this it is not worth writing the file anew. */
const LEAST_BYTES = 1 << 20;
/** Appended bytes that are committed at once. */
const COMMIT_BYTES = 1 << 24;

/**
 * Drops the data of batches before entry `before`. A crash leaves the file as it was, or pruned. Cost: the file, read and
 * written once; only read when there is little to drop.
 * @returns bytes dropped
 * @throws CodedError StoreIo, StoreCorrupt
 */
export async function pruneArchive(path: string, before: number, least = LEAST_BYTES): Promise<number> {
  const places: number[] = [];
  let dropped = 0;
  const { file } = await RecordFile.open(path, (record, at) => {
    places.push(at);
    dropped += record.length - withoutData(record, before).length;
  });
  try {
    if (dropped < least) return 0;
    await expectRoom(path, file.size - dropped);
    await writeAnew(file, places, `${path}.new`, before);
  } finally {
    await file.close();
  }
  failPoint("archive-renaming");
  await onDisk(path, () => rename(`${path}.new`, path));
  return dropped;
}

/** Asked for beforehand: a file that finds the disk full waits for room. @throws CodedError StoreIo */
async function expectRoom(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await onDisk(path, () => statfs(path));
  if (bavail * bsize >= bytes) return;
  const cause = Object.assign(new Error(`${bytes} bytes are needed`), { code: "ENOSPC" });
  throw nodeError("StoreIo", `no room to write ${path} anew`, { path, bytes }, cause);
}

async function writeAnew(from: RecordFile, places: readonly number[], path: string, before: number): Promise<void> {
  await onDisk(path, () => rm(path, { force: true })); // what a crash left
  const { file } = await RecordFile.open(path, () => undefined);
  try {
    let committed = 0;
    for (const at of places) {
      file.append(withoutData(await from.read(at), before));
      if (file.size - committed < COMMIT_BYTES) continue;
      await file.commit();
      committed = file.size;
    }
  } finally {
    await file.close();
  }
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw nodeError("StoreIo", `cannot use ${path}`, { path }, cause);
  }
}
