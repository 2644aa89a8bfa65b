import { picksOf, type Path } from "./path.ts";

/** Which steps of a claim a segment covers: machines are numbered 0 (the start) … F^L (the end). */
export interface StepRange {
  /** Number of the machine at the segment's start. */
  readonly from: number;
  /** Number of the machine at its end. */
  readonly to: number;
}

/** Most items that a claim of L levels covers: F^L. At most 2^30. */
export function capacity(fanout: number, levels: number): number {
  return fanout ** levels;
}

/**
 * Fewest levels whose capacity holds `items`.
 * @returns 1 … 3, or undefined when even three levels are too few
 */
export function levelsFor(fanout: number, items: number): number | undefined {
  return [1, 2, 3].find((levels) => items <= capacity(fanout, levels));
}

/** Steps in one segment of a trace at path length r: F^(L − 1 − r). */
export function stepsPerSegment(fanout: number, levels: number, r: number): number {
  return fanout ** (levels - 1 - r);
}

/** The steps that segment `j` (1 … F) of the trace at `path` covers. */
export function segmentRange(fanout: number, levels: number, path: Path, j: number): StepRange {
  const picks = [...picksOf(path), j];
  const from = picks.reduce((sum, pick, r) => sum + (pick - 1) * stepsPerSegment(fanout, levels, r), 0);
  return { from, to: from + stepsPerSegment(fanout, levels, picks.length - 1) };
}

/** The steps that the whole trace at `path` covers. */
export function traceRange(fanout: number, levels: number, path: Path): StepRange {
  const first = segmentRange(fanout, levels, path, 1);
  return { from: first.from, to: first.from + fanout * (first.to - first.from) };
}

/** Numbers of the machines whose hashes are the trace's elements h(1) … h(F), F of them. */
export function traceSteps(fanout: number, levels: number, path: Path): number[] {
  const { from, to } = traceRange(fanout, levels, path);
  const size = (to - from) / fanout;
  return Array.from({ length: fanout }, (_, i) => from + (i + 1) * size);
}
