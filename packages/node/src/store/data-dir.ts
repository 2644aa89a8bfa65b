/** The node's folder: whose it is, and what stands in it. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { CodedError, failPoint, takeLock } from "@lakh/service";

import type { NodeDeployment } from "../deployment.ts";
import { nodeError } from "../errors.ts";

const FORMAT = 2;

export interface DataDir {
  readonly archive: string;
  readonly snapshots: string;
  /** Snapshots for other nodes. */
  readonly offers: string;
  /** A snapshot on its way in. */
  readonly incoming: string;
  readonly sequencerLog: string;
  readonly results: string;
  /** Gives the folder back. */
  readonly release: () => void;
}

/**
 * Opens the folder, which is marked with its deployment when it is made.
 * @throws CodedError StoreMismatch when it belongs to another deployment or format, Locked when another process has it, StoreIo
 */
export async function openDataDir(path: string, { chainId, inbox }: NodeDeployment): Promise<DataDir> {
  const identity = JSON.stringify({ format: FORMAT, chainId, inbox: inbox.toLowerCase() });
  const file = join(path, "identity.json");
  try {
    await mkdir(path, { recursive: true });
    const found = await readFile(file, "utf8").catch(() => undefined);
    if (found === undefined) {
      await writeFile(`${file}.new`, identity, { flush: true });
      failPoint("identity-renaming");
      await rename(`${file}.new`, file);
    } else if (found !== identity)
      throw nodeError("StoreMismatch", `${path} belongs to ${found}, not to ${identity}`, { path, found, identity });
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw nodeError("StoreIo", `cannot use the data folder ${path}: ${String(cause)}`, { path }, cause);
  }
  return {
    archive: join(path, "l1.records"),
    snapshots: join(path, "snapshots"),
    offers: join(path, "offers"),
    incoming: join(path, "incoming"),
    sequencerLog: join(path, "sequencer.records"),
    results: join(path, "results.records"),
    release: takeLock(join(path, "lock"), "two nodes would write into the same files"),
  };
}
