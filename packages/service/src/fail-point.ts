/**
 * Points at which a crash is worst: between an act and the record of it. With `LAKH_FAIL_POINT=NAME`, or `NAME:N` for the
 * N-th time, the process kills itself there as `kill -9` would, so that tests and campaigns show what a restart makes of it.
 * `NAME@FILE` is that point of one file only.
 */
export const FAIL_POINTS = [
  /** The journal's new file is on disk, and has not taken the old one's name. */
  "journal-renaming",
  /** A transaction is journalled and not yet sent. */
  "transaction-journalled",
  /** A transaction is sent; nothing was heard of it. */
  "transaction-sent",
  /** A replacement is journalled beside what it replaces, and not yet sent. */
  "transaction-replaced",
  /** A transaction is mined and still in the journal. */
  "transaction-mined",
  /** A new folder's deed is on disk without its name; by folder. */
  "identity-renaming",
  /** Records are written and not yet synced; by file. */
  "records-written",
  /** Records are synced; nobody was told; by file. */
  "records-synced",
  /** The shortened log is on disk, and has not taken the old one's name. */
  "log-renaming",
  /** It has, and the old one is still open. */
  "log-renamed",
  /** The pruned archive is on disk, and has not taken the old one's name. */
  "archive-renaming",
  /** The archive has gone back with L1; what stood on it is not undone. */
  "archive-rolled-back",
  /** A part of a snapshot is written; by folder. */
  "snapshot-writing",
  /** A snapshot is on disk without its name; by folder. */
  "snapshot-renaming",
  /** It has its name; the ones that it replaces are still there; by folder. */
  "snapshot-renamed",
  /** A piece of a peer's snapshot is kept. */
  "piece-kept",
  /** A peer's state is kept; L1 is not read up to it. */
  "state-taken-over",
] as const;

export type FailPoint = (typeof FAIL_POINTS)[number];

const [wanted = "", times = "1"] = (process.env["LAKH_FAIL_POINT"] ?? "").split(":");
const [wantedName, wantedFile] = wanted.split("@");
let left = Number(times);

/**
 * Kills the process when this is the point asked for; nothing otherwise.
 * @param file name of what it is about, where the point has several
 */
export function failPoint(name: FailPoint, file?: string): void {
  if (name !== wantedName || (wantedFile !== undefined && file !== wantedFile) || --left > 0) return;
  process.kill(process.pid, "SIGKILL");
}
