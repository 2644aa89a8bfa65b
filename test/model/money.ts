/** Who gets each bond, in the reference model. */
import { Refused, claimAt, withClaim, withEntry, type Actor, type Claim, type Rules, type State } from "./state.ts";

export function collectClaim(rules: Rules, state: State, index: number): State {
  const claim = decided(rules, state, index);
  if (claim.collected) throw new Refused("NoBond");
  const next = withClaim(state, index, { ...claim, collected: true });
  const bond = rules.claimBond;
  if (claim.status === "Void") return back(next, claim.proposer, bond);
  const line = claim.lines.get(claim.proposer);
  if (line?.status === "Dead") return half(next, line.killer, bond);
  if (!line && claim.status === "Refuted") return half(next, claim.beneficiary, bond);
  return back(next, claim.proposer, bond);
}

export function collectSeat(rules: Rules, state: State, index: number, seat: Actor): State {
  const claim = decided(rules, state, index);
  if (claim.seats.get(seat) !== "taken") throw new Refused("NoBond");
  const next = withClaim(state, index, { ...claim, seats: withEntry(claim.seats, seat, "collected" as const) });
  const lost = claim.status === "Upheld" || claim.status === "Confirmed";
  return lost ? half(next, claim.beneficiary, rules.challengeBond) : back(next, seat, rules.challengeBond);
}

export function collectLine(rules: Rules, state: State, index: number, owner: Actor): State {
  const claim = decided(rules, state, index);
  const line = claim.lines.get(owner);
  if (!line || line.collected || owner === claim.proposer) throw new Refused("NoBond");
  const next = withClaim(state, index, {
    ...claim,
    lines: withEntry(claim.lines, owner, { ...line, collected: true }),
  });
  const lost = line.status === "Dead" && claim.status !== "Void";
  return lost ? half(next, line.killer, rules.defendBond) : back(next, owner, rules.defendBond);
}

/** Wei of the claim's bonds that nobody has collected. */
export function heldBy(rules: Rules, claim: Claim): number {
  const seats = [...claim.seats.values()].filter((seat) => seat === "taken").length;
  const lines = [...claim.lines].filter(([owner, line]) => owner !== claim.proposer && !line.collected).length;
  return (claim.collected ? 0 : rules.claimBond) + seats * rules.challengeBond + lines * rules.defendBond;
}

/** Wei of the whole state that the invariant "bonds in = out + burned" misses; 0 when it holds. */
export function imbalance(rules: Rules, state: State): number {
  const held = state.claims.reduce((sum, claim) => sum + heldBy(rules, claim), 0);
  const credit = [...state.credit.values()].reduce((sum, amount) => sum + amount, 0);
  return state.paid - held - credit - state.burned;
}

function decided(rules: Rules, state: State, index: number): Claim {
  const claim = claimAt(state, index);
  if (claim.status === "Void") return claim;
  if (claim.status === "Pending") throw new Refused("WrongStatus");
  if (claim.status === "Confirmed" || rules.drop === "early pay") return claim;
  if (claimAt(state, claim.parent).status !== "Confirmed") throw new Refused("WrongParentStatus");
  return claim;
}

function back(state: State, to: Actor, bond: number): State {
  return { ...state, credit: withEntry(state.credit, to, (state.credit.get(to) ?? 0) + bond) };
}

/** Half to `to`, rounded down; the rest burns. */
function half(state: State, to: Actor, bond: number): State {
  const paid = Math.floor(bond / 2);
  return { ...back(state, to, paid), burned: state.burned + bond - paid };
}
