/** Choices that a seed decides: mulberry32, good enough to play games, never for anything that decides state. */
export interface Random {
  /** An integer in 0 … below − 1. */
  readonly int: (below: number) => number;
  /** One of the values. @throws RangeError when there is none */
  readonly of: <T>(values: readonly T[]) => T;
  /** True once in `n`. */
  readonly oneIn: (n: number) => boolean;
}

export function seeded(seed: number): Random {
  let word = seed >>> 0;
  const next = (): number => {
    word = (word + 0x6d2b79f5) >>> 0;
    let t = Math.imul(word ^ (word >>> 15), word | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const int = (below: number): number => next() % below;
  return {
    int,
    of: (values) => {
      if (values.length === 0) throw new RangeError("nothing to choose from");
      return values[int(values.length)] as (typeof values)[number];
    },
    oneIn: (n) => int(n) === 0,
  };
}
