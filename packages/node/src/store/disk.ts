/** Whether the disk has room: files that find it full tell so, the sequencer asks before it accepts, the log says it once. */
import { type Log, silentLog } from "@lakh/service";

export class Disk {
  private readonly log: Log;
  private readonly waiting = new Set<string>();

  constructor(log: Log = silentLog()) {
    this.log = log;
  }

  /** Whether a file waits for room: nothing more may be promised. */
  get isFull(): boolean {
    return this.waiting.size > 0;
  }

  /** A file waits for room. */
  full(path: string): void {
    if (!this.isFull)
      this.log.error({ code: "DiskFull", path }, "The disk is full: nothing is accepted until there is room");
    this.waiting.add(path);
  }

  /** A file waits no more. */
  free(path: string): void {
    if (this.waiting.delete(path) && !this.isFull) this.log.info({ path }, "The disk has room again");
  }
}

/** Whether a write failed, or what came of it, for want of room, so that it may be tried again. */
export function isForWantOfRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) || isForWantOfRoom(error.cause);
}
