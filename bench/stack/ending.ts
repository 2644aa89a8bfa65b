/**
 * A run leaves nothing behind, however it ends: when this process exits, by itself, by a fault or by a signal, the children that
 * still run are killed and the folders of the run removed. What they hold is of this run only, so nobody asks them first.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 } as const;

const children = new Set<ChildProcess>();
const folders = new Set<string>();
let isWatching = false;

function watch(): void {
  if (isWatching) return;
  isWatching = true;
  process.on("exit", () => {
    for (const child of children) child.kill("SIGKILL");
    for (const folder of folders) rmSync(folder, REMOVAL);
  });
  // As a shell tells the end by a signal: 128 and its number.
  for (const signal of SIGNALS) process.on(signal, () => process.exit(128 + constants.signals[signal]));
}

/** Has a child end with this process at the latest. */
export function ownChild<Child extends ChildProcess>(child: Child): Child {
  watch();
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** A new folder in the system's temporary one that lasts as long as this process. */
export function ownFolder(prefix: string): string {
  watch();
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.add(folder);
  return folder;
}
