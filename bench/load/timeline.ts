/** What a load saw, in slices of time: how many envelopes were acknowledged, and how long they took. */

export const SLICE_MS = 250;

export interface Slice {
  /** Envelopes acknowledged in it. */
  acknowledged: number;
  /** Milliseconds from sending to receipt: median and 99th percentile of the envelopes acknowledged in it. */
  p50: number;
  p99: number;
}

interface Sample {
  readonly milliseconds: number;
  readonly count: number;
}

export class Timeline {
  private readonly samples: Sample[][] = [];

  /** @param at milliseconds since the start @param milliseconds latency */
  add(at: number, milliseconds: number, count: number): void {
    const slice = Math.floor(at / SLICE_MS);
    while (this.samples.length <= slice) this.samples.push([]);
    this.samples[slice]?.push({ milliseconds, count });
  }

  slices(): Slice[] {
    return this.samples.map((samples) => ({
      acknowledged: samples.reduce((sum, { count }) => sum + count, 0),
      ...percentiles(samples),
    }));
  }

  /** Over all slices. */
  latency(): { p50: number; p99: number } {
    return percentiles(this.samples.flat());
  }
}

function percentiles(samples: readonly Sample[]): { p50: number; p99: number } {
  const sorted = samples.toSorted((a, b) => a.milliseconds - b.milliseconds);
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  const at = (share: number): number => {
    let seen = 0;
    for (const { milliseconds, count } of sorted) {
      seen += count;
      if (seen >= share * total) return milliseconds;
    }
    return 0;
  };
  return { p50: at(0.5), p99: at(0.99) };
}
