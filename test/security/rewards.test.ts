/** Who games the rewards pays for it: what an attacker and his accomplices get out is always less than what they put in. */
import { ROOT, pathOf } from "@lakh/protocol";
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { type Dispute, at, sent, startDispute } from "../claims/dispute.ts";
import { CHALLENGE_BOND, CLAIM_BOND, DEFEND_BOND, mockWitness } from "../claims/game.ts";

const LIE_FROM = 2;
/** The trace of the root's first segment. */
const CHILD = pathOf(1);

/** Settles, confirms if possible, and collects every bond of the claim, in whatever order is possible. */
async function finish({ game, head }: Dispute, winner: string, seats: readonly string[], lines: readonly string[]) {
  const { claims } = game;
  await claims.settle(head, winner);
  await claims.collectClaimBond(head);
  for (const seat of seats) await claims.collectSeatBond(head, seat);
  for (const owner of lines) await claims.collectLineBond(head, owner);
}

describe("Claims > gaming the rewards", () => {
  it("a liar who challenges himself first gets half of his bond back; the honest seat loses nothing", async () => {
    const dispute = await startDispute({ lieFrom: LIE_FROM });
    const { game, head, seat: accomplice, other: honest, traceEnd } = dispute;
    await game.claims.connect(honest).challenge(head, { value: CHALLENGE_BOND });
    await at(dispute, traceEnd(0));
    await finish(dispute, ZeroAddress, [accomplice.address, honest.address], []);
    expect(await game.claims.credit(honest.address)).to.equal(CHALLENGE_BOND);
    expect(await game.claims.credit(accomplice.address)).to.equal(CHALLENGE_BOND + CLAIM_BOND / 2n);
    expect(await game.claims.burned()).to.equal(CLAIM_BOND - CLAIM_BOND / 2n);
  });

  it("a liar who kills his own line before the honest prove burns half of it", async () => {
    const dispute = await startDispute({ lieFrom: LIE_FROM });
    const { game, head, proposer: liar, seat: honest, other: accomplice, lie, truth, trace, segment } = dispute;
    await game.claims.connect(liar).defend(head, sent(trace(ROOT, lie)));
    await game.claims.connect(honest).pick(head, liar.address, ROOT, 1);
    await game.claims.connect(liar).answer(head, CHILD, segment(ROOT, 1, lie), sent(trace(CHILD, lie)));
    const pre = truth(LIE_FROM - 1);
    const proof = [head, liar.address, CHILD, LIE_FROM, segment(CHILD, LIE_FROM, lie), pre, mockWitness(pre)] as const;
    await game.claims.connect(accomplice).prove(...proof);
    await expect(game.claims.connect(honest).prove(...proof)).to.be.revertedWithCustomError(
      game.claims,
      "LineNotAlive",
    );
    await at(dispute, dispute.traceEnd(0));
    await finish(dispute, ZeroAddress, [honest.address], []);
    expect(await game.claims.credit(honest.address)).to.equal(CHALLENGE_BOND);
    expect(await game.claims.credit(accomplice.address)).to.equal(CLAIM_BOND / 2n);
    expect(await game.claims.credit(liar.address)).to.equal(0n);
  });

  it("a copied line may settle before the line that answered; its seat burns half, honest bonds come back whole", async () => {
    const dispute = await startDispute();
    const { game, head, proposer: honest, seat: attacker, other: accomplice, truth, trace, segment } = dispute;
    const root = sent(trace(ROOT, truth));
    await game.claims.connect(honest).defend(head, root);
    await game.claims.connect(accomplice).defend(head, root, { value: DEFEND_BOND });
    await game.claims.connect(attacker).pick(head, honest.address, ROOT, 1);
    await game.claims.connect(honest).answer(head, CHILD, segment(ROOT, 1, truth), sent(trace(CHILD, truth)));

    // P(0): the honest line waits for P(1), since it answered; the copy, which nobody picked on, does not.
    await at(dispute, dispute.pickEnd(0));
    await expect(game.claims.settle(head, honest.address)).to.be.revertedWithCustomError(game.claims, "TooEarly");
    await finish(dispute, accomplice.address, [attacker.address], [accomplice.address]);
    expect(await game.claims.credit(honest.address)).to.equal(CLAIM_BOND);
    expect(await game.claims.credit(attacker.address)).to.equal(0n);
    expect(await game.claims.credit(accomplice.address)).to.equal(DEFEND_BOND + CHALLENGE_BOND / 2n);
    expect(await game.claims.burned()).to.equal(CHALLENGE_BOND - CHALLENGE_BOND / 2n);
  });
});
