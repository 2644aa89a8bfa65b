/** A campaign plays cases until its time or its number is up; the first violation ends it. */

/** How often something was tried, and with which results. */
export class Tally {
  private readonly counts = new Map<string, Map<string, number>>();

  count(tried: string, result: string, times = 1): void {
    const results = this.counts.get(tried) ?? new Map<string, number>();
    results.set(result, (results.get(result) ?? 0) + times);
    this.counts.set(tried, results);
  }

  /** Times that something was tried, whatever the result. */
  of(tried: string): number {
    return [...(this.counts.get(tried)?.values() ?? [])].reduce((sum, times) => sum + times, 0);
  }

  /** How often a result came of something. */
  times(tried: string, result: string): number {
    return this.counts.get(tried)?.get(result) ?? 0;
  }

  /** What was tried, a result, how often. */
  get rows(): [string, string, number][] {
    return [...this.counts].flatMap(([tried, results]) =>
      [...results].map(([result, times]): [string, string, number] => [tried, result, times]),
    );
  }

  /** What was tried, how often, and `result times` for each result, the commonest first. */
  table(): [string, string, string][] {
    return [...this.counts].map(([tried, results]) => [
      tried,
      String(this.of(tried)),
      [...results]
        .sort(([, a], [, b]) => b - a)
        .map(([result, times]) => `${result} ${times}`)
        .join(", "),
    ]);
  }
}

export interface Cases {
  /** Plays the case of a seed: the same seed, the same case. @throws what shows the violation */
  play(seed: number, tally: Tally): Promise<void>;
  /** Figures of the whole run, for its report. @throws when the run as a whole breaks a promise */
  figures?(): string[];
  close(): Promise<void>;
}

export interface Campaign {
  readonly name: string;
  /** The promise that it tries to break. */
  readonly promise: string;
  open(): Promise<Cases>;
}

export interface Bounds {
  /** No new case starts later. */
  readonly seconds: number;
  readonly cases: number;
  /** Case i has seed `seed + i`. */
  readonly seed: number;
}

export interface Result {
  readonly cases: number;
  readonly seconds: number;
  readonly tally: Tally;
  readonly figures: readonly string[];
}

/** A case that broke the promise, with the seed that repeats it. */
export class Violation extends Error {
  readonly code = "CAMPAIGN_VIOLATION";
  readonly seed: number;
  constructor(campaign: string, seed: number, cause: unknown) {
    super(`${campaign}: the case of seed ${seed} broke the promise`, { cause });
    this.seed = seed;
  }
}

/** @throws Violation */
export async function runCampaign(
  campaign: Campaign,
  { seconds, cases, seed }: Bounds,
  progress: (result: Result) => void = () => undefined,
): Promise<Result> {
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  const tally = new Tally();
  const opened = await campaign.open();
  try {
    let played = 0;
    for (; played < cases && (played === 0 || elapsed() < seconds); played++) {
      const at = seed + played;
      await opened.play(at, tally).catch((cause: unknown) => {
        throw new Violation(campaign.name, at, cause);
      });
      progress({ cases: played + 1, seconds: elapsed(), tally, figures: [] });
    }
    const result = { cases: played, seconds: elapsed(), tally, figures: opened.figures?.() ?? [] };
    await opened.close();
    return result;
  } catch (error) {
    await opened.close().catch(() => undefined); // it may be in the middle of a case: what was found counts
    throw error;
  }
}
