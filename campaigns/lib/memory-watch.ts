/** What a process takes from wave to wave, and that it comes to rest. */

/** Waves in which heap, allocator and threads take what they then keep. */
const WARM_WAVES = 3;
/** What the whole process may take more after that, however many waves follow. */
const MOST_GROWTH_BYTES = 64 << 20;
/** What the heap may take more than before the first wave. */
const MOST_HEAP_BYTES = 200 << 20;

export class MemoryWatch {
  private readonly before = process.memoryUsage();
  private readonly waves: NodeJS.MemoryUsage[] = [];

  /** Looks, behind a wave. */
  look(): void {
    this.waves.push(process.memoryUsage());
  }

  /** @throws Error when memory is not flat */
  figures(): string[] {
    const { before, waves } = this;
    const [first, last] = [waves[0] ?? before, waves.at(-1) ?? before];
    const most = (from: number, to: number): number => Math.max(...waves.slice(from, to).map(({ rss }) => rss));
    const heap = last.heapUsed - before.heapUsed;
    if (heap > MOST_HEAP_BYTES) throw new Error(`the heap grew by ${heap} bytes`);
    const growth = waves.length > WARM_WAVES ? most(WARM_WAVES, waves.length) - most(0, WARM_WAVES) : 0;
    if (growth > MOST_GROWTH_BYTES) throw new Error(`the process grew by ${growth} bytes after ${WARM_WAVES} waves`);
    const all = waves.map(({ rss }) => mebibytes(rss)).join(", ");
    return [
      `heap before, after the first wave, at the end: ${[before, first, last].map((at) => mebibytes(at.heapUsed)).join(", ")} MiB`,
      `the server's process, honest clients included, before and after each wave: ${mebibytes(before.rss)}; ${all} MiB`,
    ];
  }
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
