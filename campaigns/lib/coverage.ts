/** Which of this repository's code has run, by V8's own block coverage. Code that was compiled before it began is not seen. */
import { type Profiler, Session } from "node:inspector/promises";

const OURS = "/packages/";

/** Offsets of a script that ran are 1. */
type Reached = ReadonlyMap<string, Uint8Array>;

export class Coverage {
  private readonly session = new Session();
  private readonly seen = new Map<string, Uint8Array>();

  /** To be called before what is looked at is imported. */
  static async begin(): Promise<Coverage> {
    const coverage = new Coverage();
    coverage.session.connect();
    await coverage.session.post("Profiler.enable");
    await coverage.session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    return coverage;
  }

  /** What ran since the last time. */
  async take(): Promise<Reached> {
    const { result } = await this.session.post("Profiler.takePreciseCoverage");
    const ours = result.filter(({ url }) => url.includes(OURS));
    return new Map(ours.map((script) => [script.url, offsetsOf(script)]));
  }

  /** Whether some of it never ran before, as far as was added. */
  isNew(reached: Reached): boolean {
    return [...reached].some(([url, offsets]) => {
      const known = this.seen.get(url);
      return offsets.some((one, at) => one === 1 && known?.[at] !== 1);
    });
  }

  add(reached: Reached): void {
    for (const [url, offsets] of reached) {
      const known = this.seen.get(url) ?? new Uint8Array(0);
      const sum = new Uint8Array(Math.max(known.length, offsets.length));
      sum.set(known);
      offsets.forEach((one, at) => {
        if (one === 1) sum[at] = 1;
      });
      this.seen.set(url, sum);
    }
  }

  forget(): void {
    this.seen.clear();
  }
}

/** Inner ranges come after the outer ones that they correct. */
function offsetsOf({ functions }: Profiler.ScriptCoverage): Uint8Array {
  const ranges = functions.flatMap((one) => one.ranges);
  const offsets = new Uint8Array(ranges.reduce((most, { endOffset }) => Math.max(most, endOffset), 0));
  for (const { startOffset, endOffset, count } of ranges) offsets.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return offsets;
}
