/**
 * Points at which a crash is worst: between an act and the record of it. With `LAKH_FAIL_POINT=NAME`, or `NAME:N` for the
 * N-th time, the process kills itself there as `kill -9` would, so that tests and campaigns show what a restart makes of it.
 */
export const FAIL_POINTS = [
  /** The journal's new file is on disk, and has not taken the old one's name. */
  "journal-renaming",
  /** A transaction is journalled and not yet sent. */
  "transaction-journalled",
  /** A transaction is sent; nothing was heard of it. */
  "transaction-sent",
  /** A transaction is mined and still in the journal. */
  "transaction-mined",
  /** Records of a log are written and not yet synced. */
  "records-written",
  /** Records are synced; nobody was told. */
  "records-synced",
  /** The shortened log is on disk, and has not taken the old one's name. */
  "log-renaming",
  /** A snapshot is on disk without its name. */
  "snapshot-renaming",
] as const;

export type FailPoint = (typeof FAIL_POINTS)[number];

const [wanted, times = "1"] = (process.env["LAKH_FAIL_POINT"] ?? "").split(":");
let left = Number(times);

/** Kills the process when this is the point asked for; nothing otherwise. */
export function failPoint(name: FailPoint): void {
  if (name !== wanted || --left > 0) return;
  process.kill(process.pid, "SIGKILL");
}
