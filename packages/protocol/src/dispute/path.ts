/** Where a trace stands: the segments picked on the way (1 … 1,024 each), 16 bits a pick, the last one lowest; 0 is the root. */
export type Path = number & { readonly __path: unique symbol };

/** Longest path of a trace: a claim has at most 3 levels. */
export const MAX_PATH = 2;
const MAX_SEGMENT = 1024;

export const ROOT = 0 as Path;

/** A path as it comes from an event or a file. @throws RangeError when it is no path */
export function toPath(value: bigint | number): Path {
  return pathOf(...split(Number(value)));
}

/** The path of these picks, root first. @throws RangeError when there are more than {@link MAX_PATH} or one is out of 1 … 1,024 */
export function pathOf(...picks: readonly number[]): Path {
  if (picks.length > MAX_PATH) throw new RangeError(`a path has at most ${MAX_PATH} picks, not ${picks.length}`);
  let path = 0;
  for (const j of picks) {
    if (!Number.isInteger(j) || j < 1 || j > MAX_SEGMENT) throw new RangeError(`not a segment: ${j}`);
    path = path * 65_536 + j;
  }
  return path as Path;
}

/** The picks of a path, root first. */
export function picksOf(path: Path): readonly number[] {
  return split(path);
}

/** How many picks lead to the trace. */
export function pathLength(path: Path): number {
  return split(path).length;
}

/** The trace that cuts segment `j` of the trace at `path`. @throws RangeError as {@link pathOf} */
export function childOf(path: Path, j: number): Path {
  return pathOf(...split(path), j);
}

/** The path without its last pick; the root's is the root. */
export function parentOf(path: Path): Path {
  return pathOf(...split(path).slice(0, -1));
}

/** The last pick; 0 at the root. */
export function lastPick(path: Path): number {
  return split(path).at(-1) ?? 0;
}

function split(value: number): number[] {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 32) throw new RangeError(`not a path: ${value}`);
  if (value === 0) return [];
  return value < 65_536 ? [value] : [Math.floor(value / 65_536), value % 65_536];
}
