/** What a game must keep, whatever liars do. */
import { decidedBy } from "@lakh/protocol";
import { concerns, createJudge, type ClaimView, type GameView } from "@lakh/service";
import { expect } from "chai";

import { CHALLENGE_BOND, CLAIM_BOND, DEFEND_BOND } from "../claims/game.ts";
import type { GameWorld } from "./game-world.ts";

/** At the end: each claim decided by the truth and in its time, each bond of the honest back home, none made or lost. */
export async function checkEnd(
  world: GameWorld,
  view: GameView,
  honest: readonly string[],
): Promise<Record<string, number>> {
  const judge = createJudge(view, world.truth);
  const counts: Record<string, number> = {};
  for (const claim of view.claims.values()) {
    counts[claim.status] = (counts[claim.status] ?? 0) + 1;
    if (claim.status === "Confirmed") expect(await judge(claim)).to.equal("true");
    if (honest.includes(claim.head.proposer)) {
      expect(claim.status).to.equal("Confirmed");
      expect(claim.bondCollected).to.equal(true);
    }
    for (const { address, bondCollected } of claim.seats.values()) {
      if (honest.includes(address)) expect(bondCollected).to.equal(true);
    }
    for (const line of claim.lines.values()) {
      if (!honest.includes(line.owner)) continue;
      expect(line.alive).to.equal(true);
      if (line.owner !== claim.head.proposer) expect(line.bondCollected).to.equal(true);
    }
  }
  const { claims } = world;
  for (const { args } of await claims.queryFilter(claims.filters.BondCollected())) {
    if (honest.includes(args.payer)) expect([args.to, args.burned]).to.deep.equal([args.payer, 0n]);
  }
  checkTime(view, honest);
  await checkBonds(world, view);
  return counts;
}

/** The bound: where money of the honest hangs on a claim of L levels, it is decided at P(L − 1), whatever was played. */
export function checkTime(view: GameView, honest: readonly string[]): void {
  for (const id of honest.flatMap((who) => [...concerns(view, who)])) {
    const { status, time, head } = view.claims.get(id) as ClaimView;
    if (status !== "Pending") continue;
    const late = view.nowSeconds - decidedBy(view.rules, time, head.levels);
    expect(late, `seconds that claim ${id} is undecided past its time`).to.be.below(0);
  }
}

/** Bonds in = bonds out + burned + what is still to be collected or withdrawn. */
async function checkBonds({ claims, provider }: GameWorld, view: GameView): Promise<void> {
  let due = await claims.burned();
  const people = new Set<string>();
  for (const { head, bondCollected, seats, lines } of [...view.claims.values()].slice(1)) {
    people.add(head.proposer);
    if (!bondCollected) due += CLAIM_BOND;
    for (const seat of seats.values()) {
      people.add(seat.address);
      if (!seat.bondCollected) due += CHALLENGE_BOND;
    }
    for (const line of lines.values()) {
      people.add(line.owner);
      if (line.killer !== undefined) people.add(line.killer);
      if (line.owner !== head.proposer && !line.bondCollected) due += DEFEND_BOND;
    }
  }
  for (const who of people) due += await claims.credit(who);
  expect(await provider.getBalance(await claims.getAddress()), "bonds are conserved").to.equal(due);
}
