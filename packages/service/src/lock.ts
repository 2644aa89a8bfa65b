import { readFileSync, rmSync, writeFileSync } from "node:fs";

import { fatal } from "./errors.ts";

/** Locks that this process holds: after a crash a new process may have the old one's number. */
const held = new Set<string>();

/**
 * Takes a lock file that names this process, so that nobody else works with what it guards. A lock of a process that is gone
 * is taken over.
 * @param why nobody else may, for the error
 * @returns how to give it back
 * @throws CodedError fatal `Locked`
 */
export function takeLock(file: string, why = "two senders of one key would use the same nonces"): () => void {
  const owner = ownerOf(file);
  if (held.has(file) || (owner !== undefined && owner !== process.pid && isAlive(owner))) {
    throw fatal("Locked", `${file} is held by process ${owner}: ${why}`, {
      file,
      process: owner,
    });
  }
  try {
    rmSync(file, { force: true });
    // `wx`: of two processes that start together only one makes the file.
    writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
  } catch (error) {
    throw fatal("Locked", `${file} cannot be taken: ${error instanceof Error ? error.message : String(error)}`, {
      file,
    });
  }
  held.add(file);
  return () => {
    held.delete(file);
    rmSync(file, { force: true });
  };
}

function ownerOf(file: string): number | undefined {
  try {
    const owner = Number(readFileSync(file, "utf8"));
    return Number.isSafeInteger(owner) && owner > 0 ? owner : undefined;
  } catch {
    // Nobody has it.
    return undefined;
  }
}

function isAlive(owner: number): boolean {
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // A process of another user is alive, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
