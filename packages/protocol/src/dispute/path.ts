/** Where a trace stands: the segments picked on the way (1 … 1,024 each), 16 bits a pick, the last one lowest; 0 is the root. */
export type Path = number & { readonly __path: unique symbol };

/** Longest path of a trace: a claim has at most 3 levels. */
export const MAX_PATH = 2;

const MAX_SEGMENT = 1024;
const SHIFT = 65_536;

export const ROOT = 0 as Path;

/** A path as it comes from an event or a file. @throws RangeError when it is no path */
export function toPath(value: bigint | number): Path {
  const bits = Number(value);
  if (!Number.isSafeInteger(bits) || bits < 0 || bits >= SHIFT * SHIFT) throw new RangeError(`not a path: ${value}`);
  return pathOf(...picksOf(bits as Path));
}

/** The path of these picks, root first. @throws RangeError when there are more than {@link MAX_PATH} or one is out of 1 … 1,024 */
export function pathOf(...picks: readonly number[]): Path {
  return picks.reduce<Path>(childOf, ROOT);
}

/** The picks of a path, root first. */
export function picksOf(path: Path): number[] {
  return [Math.floor(path / SHIFT), path % SHIFT].slice(MAX_PATH - pathLength(path));
}

/** How many picks lead to the trace. */
export function pathLength(path: Path): number {
  return path === 0 ? 0 : path < SHIFT ? 1 : 2;
}

/** The trace that cuts segment `j` of the trace at `path`. @throws RangeError as {@link pathOf} */
export function childOf(path: Path, j: number): Path {
  if (pathLength(path) === MAX_PATH) throw new RangeError(`a path has at most ${MAX_PATH} picks`);
  if (!Number.isInteger(j) || j < 1 || j > MAX_SEGMENT) throw new RangeError(`not a segment: ${j}`);
  return (path * SHIFT + j) as Path;
}

/** The path without its last pick; the root's is the root. */
export function parentOf(path: Path): Path {
  return Math.floor(path / SHIFT) as Path;
}

/** The last pick; 0 at the root. */
export function lastPick(path: Path): number {
  return path % SHIFT;
}
