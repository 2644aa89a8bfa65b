/** The three windows of a deployment, seconds. */
export interface Windows {
  /** Wc: to challenge. */
  readonly challengeSeconds: number;
  /** Wd: to open a trace. */
  readonly defendSeconds: number;
  /** Wr: to pick or prove. */
  readonly replySeconds: number;
}

/** t0 + Wc, seconds: a challenge must come before; a claim without a seat can be settled from here. */
export function challengeEnd(windows: Windows, t0: number): number {
  return t0 + windows.challengeSeconds;
}

/** D(r), seconds: a trace at path length r must be open before; a pick that leads there can time out from here. */
export function traceEnd(windows: Windows, t0: number, r: number): number {
  const { challengeSeconds, defendSeconds, replySeconds } = windows;
  return t0 + challengeSeconds + defendSeconds + r * (defendSeconds + replySeconds);
}

/** P(r) = D(r) + Wr, seconds: a segment of a trace at path length r must be picked before; a line of round r can win from here. */
export function pickEnd(windows: Windows, t0: number, r: number): number {
  return traceEnd(windows, t0, r) + windows.replySeconds;
}

/** P(L − 1), seconds: from here every claim of L levels can be settled, whatever was played. */
export function decidedBy(windows: Windows, t0: number, levels: number): number {
  return pickEnd(windows, t0, levels - 1);
}
