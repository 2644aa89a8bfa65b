import { challengeEnd, levelsFor, traceEnd, ZERO_HASH } from "@lakh/protocol";
import { ancestry, createJudge, marginOf, type ClaimView, type GameView, type Move, type Truth } from "@lakh/service";

export interface ClaimPolicy {
  /** Least seconds, by L1's clock, between a claim and the one it builds on. */
  readonly intervalSeconds: number;
  /** Most own claims that are not decided: each binds a bond. */
  readonly mostPending: number;
  /** A claim is only built on while its defence could still land so many seconds before its deadline. */
  readonly marginSeconds: number;
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
  const parent = await furthestTrue(view, truth, me, policy);
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

/** The claim with the latest end among those that hold with all their ancestors, and that can be held. */
async function furthestTrue(
  view: GameView,
  truth: Truth,
  me: string,
  { marginSeconds }: ClaimPolicy,
): Promise<ClaimView | undefined> {
  const judge = createJudge(view, truth);
  const standing = [...view.claims.values()].filter(({ status }) => status !== "Refuted" && status !== "Void");
  for (const claim of standing.toSorted((a, b) => Number(b.head.endEntry - a.head.endEntry))) {
    if ((await judge(claim)) !== "true") continue;
    if (ancestry(view, claim).every((ancestor) => canBeHeld(view, ancestor, me, marginSeconds))) return claim;
  }
  return undefined;
}

/** Whether a true claim cannot fall any more, or only against one's own line. */
function canBeHeld({ rules, nowSeconds }: GameView, claim: ClaimView, me: string, marginSeconds: number): boolean {
  if (claim.status !== "Pending" || claim.lines.get(me)?.alive) return true;
  const isUnchallenged = claim.seats.size === 0 && nowSeconds >= challengeEnd(rules, claim.time);
  return isUnchallenged || nowSeconds < traceEnd(rules, claim.time, 0) - marginOf(rules, marginSeconds);
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
