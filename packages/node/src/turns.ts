/** Keeps long work from holding up everything else on the main thread. */
import { Fault } from "./faults.ts";

/** How long work may go on before others get their turn. */
const TURN_MILLISECONDS = 4;
/** Calls that may wait for the one that works. */
const MOST_WAITING = 64;

/** The event loop does what else is due. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A turn of long work on the main thread. */
export class Turn {
  private since = performance.now();

  /** Whether others are due. */
  get isOver(): boolean {
    return performance.now() - this.since >= TURN_MILLISECONDS;
  }

  /** Lets them, and begins anew. */
  async pass(): Promise<void> {
    await breathe();
    this.since = performance.now();
  }
}

/** Maps a list in order, a few milliseconds at a time. */
export async function mapInTurns<T, R>(items: readonly T[], map: (item: T, i: number) => R): Promise<R[]> {
  const mapped: R[] = [];
  const turn = new Turn();
  for (const [i, item] of items.entries()) {
    mapped.push(map(item, i));
    if (turn.isOver) await turn.pass();
  }
  return mapped;
}

/** Long reads go through one at a time, with a breath in between. */
export class Turnstile {
  private last: Promise<unknown> = Promise.resolve();
  private inside = 0;

  /** @throws Fault Busy when too many wait */
  async pass<R>(work: () => Promise<R>): Promise<R> {
    if (this.inside > MOST_WAITING) throw new Fault("Busy", "too many long reads wait", { most: MOST_WAITING });
    this.inside++;
    const before = this.last;
    const result = before.then(breathe).then(work);
    this.last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      this.inside--;
    }
  }
}
