/** Rules that end a game and bring its money home, for claims that the player's money hangs on. */
import { challengeEnd, pickEnd, traceEnd } from "@lakh/protocol";

import type { BondKind } from "./events.ts";
import type { Move } from "./moves.ts";
import type { Rule } from "./position.ts";
import { openPicks, parentClaim, type ClaimView, type GameView, type LineView } from "./view.ts";

/** Decides a claim's game when its time has come, the way it should end. */
export const settle: Rule = ({ view, claim, verdict, me }) => {
  const { rules, nowSeconds } = view;
  const { head, status, seats, lines, time } = claim;
  if (status !== "Pending") return [];
  const living = [...lines.values()].filter(({ alive }) => alive);
  if (verdict === "true" && seats.size === 0 && nowSeconds >= challengeEnd(rules, time)) {
    return [settling(claim, undefined, "nobody challenged it in time")];
  }
  if (verdict === "true") {
    const winners = living.filter(
      (line) => openPicks(line).length === 0 && nowSeconds >= pickEnd(rules, time, line.round),
    );
    const winner = winners.find(({ owner }) => owner === me) ?? winners[0];
    return winner ? [settling(claim, winner.owner, "the line has answered all")] : [];
  }
  const fell = verdict === "false" && seats.size > 0 && living.length === 0 && nowSeconds >= traceEnd(rules, time, 0);
  return fell ? [{ action: { kind: "settle", head, owner: undefined }, reason: "no line is left" }] : [];
};

/** A true claim that stood its game stands for good once its parent does. */
export const confirm: Rule = ({ view, claim, verdict }) => {
  const parent = parentClaim(view, claim);
  const isDue = claim.status === "Upheld" && verdict === "true" && parent?.status === "Confirmed";
  return isDue ? [{ action: { kind: "confirm", head: claim.head }, reason: "it is upheld and its parent stands" }] : [];
};

/** A claim whose parent fell falls with it: bonds go back. */
export const voidClaim: Rule = ({ view, claim }) => {
  const above = parentClaim(view, claim)?.status;
  const isOpen = claim.status === "Pending" || claim.status === "Upheld" || claim.status === "Refuted";
  const isDue = isOpen && (above === "Refuted" || above === "Void");
  return isDue ? [{ action: { kind: "void", head: claim.head }, reason: "its parent fell" }] : [];
};

/** Bonds of a decided claim that come to the player. */
export const collect: Rule = ({ view, claim, me }) => {
  if (!isDivided(view, claim)) return [];
  const collecting = (bond: BondKind, payer: string): Move => ({
    action: { kind: "collect", head: claim.head, bond, payer },
    reason: `the ${bond.toLowerCase()} bond of ${payer} comes to me`,
  });
  const moves: Move[] = [];
  if (parentClaim(view, claim) !== undefined && !claim.bondCollected && claimBondTo(claim) === me) {
    moves.push(collecting("Claim", claim.head.proposer));
  }
  for (const { address, bondCollected } of claim.seats.values()) {
    if (!bondCollected && seatBondTo(claim, address) === me) moves.push(collecting("Seat", address));
  }
  for (const line of claim.lines.values()) {
    if (line.owner === claim.head.proposer || line.bondCollected) continue;
    if (lineBondTo(claim, line) === me) moves.push(collecting("Line", line.owner));
  }
  return moves;
};

export const UPKEEP: readonly Rule[] = [settle, confirm, voidClaim, collect];

function settling({ head }: ClaimView, owner: string | undefined, reason: string): Move {
  return { action: { kind: "settle", head, owner }, reason };
}

/** Whether no later move can change who gets what; twin of `_decided` in BondRules.sol. */
function isDivided(view: GameView, claim: ClaimView): boolean {
  if (claim.status === "Void" || claim.status === "Confirmed") return true;
  return claim.status !== "Pending" && parentClaim(view, claim)?.status === "Confirmed";
}

/** Who gets the proposer's bond, or half of it; twin of `collectClaim` in BondRules.sol. */
function claimBondTo({ status, head, lines, seats }: ClaimView): string | undefined {
  if (status === "Void") return head.proposer;
  const line = lines.get(head.proposer);
  if (line !== undefined) return line.alive ? head.proposer : line.killer;
  return status === "Refuted" ? [...seats.keys()][0] : head.proposer;
}

function seatBondTo({ status, settledBy }: ClaimView, seat: string): string | undefined {
  return status === "Upheld" || status === "Confirmed" ? settledBy : seat;
}

function lineBondTo({ status }: ClaimView, { owner, alive, killer }: LineView): string | undefined {
  return alive || status === "Void" ? owner : killer;
}
