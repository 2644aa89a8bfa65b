import { levelsFor, ZERO_HASH } from "@lakh/protocol";
import { createJudge, type ClaimView, type GameView, type Move, type Truth } from "@lakh/service";

export interface ClaimPolicy {
  /** Least seconds, by L1's clock, between a claim and the one it builds on. */
  readonly intervalSeconds: number;
  /** Most own claims that are not decided: each binds a bond. */
  readonly mostPending: number;
}

/** Claims at the deepest have three levels. */
const MOST_LEVELS = 3;

/**
 * The claim to make now, if one is due: from the furthest claim that one would defend to the last entry derived.
 * Depends on its arguments alone.
 */
export async function nextClaim(view: GameView, truth: Truth, me: string, policy: ClaimPolicy): Promise<Move[]> {
  const pending = [...view.claims.values()].filter(({ status, head }) => status === "Pending" && head.proposer === me);
  if (pending.length >= policy.mostPending) return [];
  const parent = await furthestTrue(view, truth);
  if (parent === undefined || view.nowSeconds < parent.time + policy.intervalSeconds) return [];
  const from = Number(parent.head.endEntry);
  const endEntry = await furthestEnd(view, truth, from);
  if (endEntry <= from) return [];
  const [end, acc] = [await truth.machineAt(endEntry), truth.accAt(endEntry)];
  const levels = levelsFor(view.rules.fanout, await truth.itemsBetween(from, endEntry));
  if (end === undefined || acc === undefined || levels === undefined) return [];
  const action = { kind: "claim", parent: parent.head, levels, acc, end, salt: ZERO_HASH } as const;
  return [{ action, reason: `entries ${from} to ${endEntry - 1} are on L1` }];
}

/** The claim with the latest end among those that hold with all their ancestors; never one that one would not defend. */
async function furthestTrue(view: GameView, truth: Truth): Promise<ClaimView | undefined> {
  const judge = createJudge(view, truth);
  const standing = [...view.claims.values()].filter(({ status }) => status !== "Refuted" && status !== "Void");
  for (const claim of standing.toSorted((a, b) => Number(b.head.endEntry - a.head.endEntry))) {
    if ((await judge(claim)) === "true") return claim;
  }
  return undefined;
}

/** The last entry boundary derived, or an earlier one where more items would be too many for one claim. */
async function furthestEnd(view: GameView, truth: Truth, from: number): Promise<number> {
  const most = view.rules.fanout ** MOST_LEVELS;
  let fits = from;
  let tooFar = truth.length() + 1;
  if ((await truth.itemsBetween(from, tooFar - 1)) <= most) return tooFar - 1;
  while (tooFar - fits > 1) {
    const middle = Math.floor((fits + tooFar) / 2);
    if ((await truth.itemsBetween(from, middle)) <= most) fits = middle;
    else tooFar = middle;
  }
  return fits;
}
