/** What the disk of the log gives: appends of a group's size, each made durable. */
import { open, rm } from "node:fs/promises";
import { join } from "node:path";

/** A group of 10 ms at 200,000 envelopes a second. */
const GROUP_BYTES = 170_000;

export interface DiskRate {
  readonly syncsPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly p99Milliseconds: number;
}

export async function diskRate(folder: string, seconds: number): Promise<DiskRate> {
  const file = join(folder, "disk.test");
  const handle = await open(file, "w");
  const group = new Uint8Array(GROUP_BYTES).fill(0xa5);
  const times: number[] = [];
  const begun = performance.now();
  try {
    while (performance.now() - begun < 1000 * seconds) {
      const at = performance.now();
      await handle.write(group);
      await handle.datasync();
      times.push(performance.now() - at);
    }
  } finally {
    await handle.close();
    await rm(file);
  }
  const total = (performance.now() - begun) / 1000;
  const sorted = times.toSorted((a, b) => a - b);
  return {
    syncsPerSecond: times.length / total,
    megabytesPerSecond: (times.length * GROUP_BYTES) / total / 1e6,
    p99Milliseconds: sorted[Math.floor(0.99 * sorted.length)] ?? 0,
  };
}
