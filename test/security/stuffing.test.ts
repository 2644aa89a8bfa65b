/**
 * Whoever fills L1's blocks keeps others' moves out for a while. The liar moves in the last second of each of his windows and
 * stuffs every block until the last second of the honest seat's: what is left to that seat is one block in each, and it wins.
 */
import { ROOT, pathOf } from "@lakh/protocol";
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import mainnet from "../../parameters/mainnet.json" with { type: "json" };
import { type Dispute, STEPS, at, sent, startDispute } from "../claims/dispute.ts";
import { CHALLENGE_BOND, CLAIM_BOND, WINDOWS, mockWitness } from "../claims/game.ts";

const LIE_FROM = 2;
const CHILD = pathOf(1);

/** Plays the liar's last-second line up to the honest pick and his answer; what is left is to prove item `LIE_FROM`. */
async function answered(dispute: Dispute): Promise<void> {
  const { game, head, proposer: liar, seat: honest, lie, trace, segment, time, traceEnd, pickEnd } = dispute;
  const claims = game.claims;
  await at(dispute, time + WINDOWS.challengeSeconds - 1);
  await claims.connect(honest).challenge(head, { value: CHALLENGE_BOND });
  await at(dispute, traceEnd(0) - 1);
  await claims.connect(liar).defend(head, sent(trace(ROOT, lie)));
  await at(dispute, pickEnd(0) - 1);
  await claims.connect(honest).pick(head, liar.address, ROOT, 1);
  await at(dispute, traceEnd(1) - 1);
  await claims.connect(liar).answer(head, CHILD, segment(ROOT, 1, lie), sent(trace(CHILD, lie)));
}

describe("Claims > blocks stuffed up to each deadline", () => {
  it("leave the honest seat a whole window after each of the liar's moves, and its last second wins", async () => {
    const dispute = await startDispute({ lieFrom: LIE_FROM, quiet: true });
    const { game, head, proposer: liar, seat: honest, lie, truth, segment, pickEnd, traceEnd } = dispute;
    await answered(dispute);
    expect(pickEnd(1) - (traceEnd(1) - 1)).to.be.greaterThan(WINDOWS.replySeconds);

    // Nothing decides the claim before the honest window is over: not its proposer, and nobody else.
    await at(dispute, pickEnd(1) - 2);
    await expect(game.claims.connect(liar).settle(head, liar.address)).to.be.revertedWithCustomError(
      game.claims,
      "TooEarly",
    );
    await at(dispute, pickEnd(1) - 1);
    const pre = truth(LIE_FROM - 1);
    const step = segment(CHILD, LIE_FROM, lie);
    await game.claims.connect(honest).prove(head, liar.address, CHILD, LIE_FROM, step, pre, mockWitness(pre));
    await game.claims.settle(head, ZeroAddress);
    await game.claims.collectClaimBond(head);
    await game.claims.collectSeatBond(head, honest.address);
    expect(await game.claims.credit(honest.address)).to.equal(CHALLENGE_BOND + CLAIM_BOND / 2n);
    expect(await game.claims.credit(liar.address)).to.equal(0n);
  });

  it("leave the honest line a whole window after each pick, and its last second wins", async () => {
    const dispute = await startDispute({ quiet: true });
    const { game, head, proposer: honest, seat: liar, truth, trace, segment, time, traceEnd, pickEnd } = dispute;
    await at(dispute, time + WINDOWS.challengeSeconds - 1);
    await game.claims.connect(liar).challenge(head, { value: CHALLENGE_BOND });
    await at(dispute, traceEnd(0) - 1);
    await game.claims.connect(honest).defend(head, sent(trace(ROOT, truth)));
    await at(dispute, pickEnd(0) - 1);
    await game.claims.connect(liar).pick(head, honest.address, ROOT, 1);
    expect(traceEnd(1) - (pickEnd(0) - 1)).to.be.greaterThan(WINDOWS.defendSeconds);

    await at(dispute, traceEnd(1) - 2);
    await expect(
      game.claims.connect(liar).timeout(head, honest.address, ROOT, 1),
      "no line dies before its window ends",
    ).to.be.revertedWithCustomError(game.claims, "TooEarly");
    await at(dispute, traceEnd(1) - 1);
    await game.claims.connect(honest).answer(head, CHILD, segment(ROOT, 1, truth), sent(trace(CHILD, truth)));
    await at(dispute, pickEnd(1));
    await game.claims.settle(head, honest.address);
    await game.claims.confirm(head);
    await game.claims.collectSeatBond(head, liar.address);
    expect(await game.claims.credit(honest.address)).to.equal(CHALLENGE_BOND / 2n);
  });

  it("is outlasted by every window of mainnet that a move needs", () => {
    const day = 86_400;
    const [censored, repair] = [2 * day, day];
    for (const window of ["challengeSeconds", "defendSeconds", "replySeconds"] as const)
      expect(mainnet[window].value, window).to.be.at.least(censored + repair);
    expect(mainnet.assumption).to.include("two days").and.include("within a day");
  });

  it("decide nothing by themselves: settling, voiding and collecting have no deadline", async () => {
    const dispute = await startDispute({ lieFrom: STEPS });
    const { game, head, proposer, seat, traceEnd } = dispute;
    await at(dispute, traceEnd(0) + 10 * WINDOWS.challengeSeconds);
    await game.claims.settle(head, ZeroAddress);
    await at(dispute, traceEnd(0) + 20 * WINDOWS.challengeSeconds);
    await game.claims.collectClaimBond(head);
    await game.claims.collectSeatBond(head, seat.address);
    expect(await game.claims.credit(seat.address)).to.equal(CHALLENGE_BOND + CLAIM_BOND / 2n);
    expect(await game.claims.credit(proposer.address)).to.equal(0n);
  });
});
