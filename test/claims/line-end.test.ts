import { ROOT, claimId, pathOf, type Path } from "@lakh/protocol";
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { FANOUT, at, playPick, sent, startDispute } from "./dispute.ts";
import { CHALLENGE_BOND, DEFEND_BOND } from "./game.ts";

const DEAD = 2n;
const UPHELD = 2n;
/** F = 4, L = 2: step 2 stands in segment 1 of the root (steps 0–4), and is segment 2 there (steps 1–2). */
const LIE_FROM = 2;

describe("Claims", () => {
  describe("timeout", () => {
    it("kills a line from D(1) on for its first picker, whoever calls", async () => {
      const dispute = await startDispute();
      const { game, head, id, proposer, seat, other, traceEnd } = dispute;
      await playPick(dispute, 1);
      await at(dispute, traceEnd(1) - 1);
      await expect(game.claims.timeout(head, proposer.address, ROOT, 1))
        .to.be.revertedWithCustomError(game.claims, "TooEarly")
        .withArgs(traceEnd(1) - 1, traceEnd(1));
      await at(dispute, traceEnd(1));
      await expect(game.claims.connect(other).timeout(head, proposer.address, ROOT, 1))
        .to.emit(game.claims, "LineTimedOut")
        .withArgs(id, proposer.address, seat.address, ROOT, 1);
      expect(await game.claims.lineState(id, proposer.address)).to.deep.equal([DEAD, false, 0n, 1n, seat.address]);
      await expect(game.claims.timeout(head, proposer.address, ROOT, 1))
        .to.be.revertedWithCustomError(game.claims, "LineNotAlive")
        .withArgs(id, proposer.address, DEAD);
    });

    it("needs a pick that is not answered", async () => {
      const dispute = await startDispute({ lieFrom: LIE_FROM });
      const { game, head, proposer, lie, trace, segment, traceEnd } = dispute;
      await playPick(dispute, 1);
      await game.claims.connect(proposer).answer(head, pathOf(1), segment(ROOT, 1, lie), sent(trace(pathOf(1), lie)));
      await at(dispute, traceEnd(1));
      await expect(game.claims.timeout(head, proposer.address, ROOT, 1))
        .to.be.revertedWithCustomError(game.claims, "AlreadyAnswered")
        .withArgs(pathOf(1));
      await expect(game.claims.timeout(head, proposer.address, ROOT, 2))
        .to.be.revertedWithCustomError(game.claims, "NotPicked")
        .withArgs(pathOf(2));
    });

    it("reverts past the last level and outside the trace", async () => {
      const dispute = await startDispute();
      const { game, head, proposer } = dispute;
      await playPick(dispute, 1);
      await expect(game.claims.timeout(head, proposer.address, pathOf(1), 1))
        .to.be.revertedWithCustomError(game.claims, "PathLength")
        .withArgs(2, 1, 1);
      for (const j of [0, FANOUT + 1]) {
        await expect(game.claims.timeout(head, proposer.address, ROOT, j))
          .to.be.revertedWithCustomError(game.claims, "SegmentOutOfRange")
          .withArgs(j, FANOUT);
      }
    });

    it("finds nothing under a path that no picks make", async () => {
      const dispute = await startDispute({ levels: 3 });
      const { game, head, proposer, traceEnd } = dispute;
      await playPick(dispute, 1);
      // 3 · 2^16: a last pick of 0, which nobody can have made.
      const odd = (3 * 65_536) as Path;
      await at(dispute, traceEnd(2));
      await expect(game.claims.timeout(head, proposer.address, odd, 1))
        .to.be.revertedWithCustomError(game.claims, "PathLength")
        .withArgs(3, 1, 2);
    });
  });

  describe("settle by a line", () => {
    it("upholds from P(round) on; the line's owner is remembered", async () => {
      const dispute = await startDispute();
      const { game, head, id, other, truth, trace, pickEnd } = dispute;
      await game.claims.connect(other).defend(head, sent(trace(ROOT, truth)), { value: DEFEND_BOND });
      await at(dispute, pickEnd(0) - 1);
      await expect(game.claims.settle(head, other.address))
        .to.be.revertedWithCustomError(game.claims, "TooEarly")
        .withArgs(pickEnd(0) - 1, pickEnd(0));
      await expect(game.claims.settle(head, ZeroAddress))
        .to.be.revertedWithCustomError(game.claims, "LinesAlive")
        .withArgs(1);
      await at(dispute, pickEnd(0));
      await expect(game.claims.settle(head, other.address))
        .to.emit(game.claims, "Settled")
        .withArgs(id, UPHELD, other.address);
      expect((await game.claims.claimState(id)).beneficiary).to.equal(other.address);
    });

    it("waits for P(1) once a segment was answered", async () => {
      const dispute = await startDispute();
      const { game, head, proposer, truth, trace, segment, pickEnd } = dispute;
      await playPick(dispute, 1);
      await game.claims
        .connect(proposer)
        .answer(head, pathOf(1), segment(ROOT, 1, truth), sent(trace(pathOf(1), truth)));
      await at(dispute, pickEnd(0));
      await expect(game.claims.settle(head, proposer.address))
        .to.be.revertedWithCustomError(game.claims, "TooEarly")
        .withArgs(pickEnd(0), pickEnd(1));
      await at(dispute, pickEnd(1));
      await game.claims.settle(head, proposer.address);
    });

    it("reverts while a pick is open, and for a line that is dead or never was", async () => {
      const dispute = await startDispute();
      const { game, head, id, proposer, other, pickEnd, traceEnd } = dispute;
      await playPick(dispute, 1);
      await at(dispute, pickEnd(0));
      await expect(game.claims.settle(head, proposer.address))
        .to.be.revertedWithCustomError(game.claims, "PicksOpen")
        .withArgs(1);
      await expect(game.claims.settle(head, other.address))
        .to.be.revertedWithCustomError(game.claims, "LineNotAlive")
        .withArgs(id, other.address, 0);
      await at(dispute, traceEnd(1));
      await game.claims.timeout(head, proposer.address, ROOT, 1);
      await expect(game.claims.settle(head, proposer.address))
        .to.be.revertedWithCustomError(game.claims, "LineNotAlive")
        .withArgs(id, proposer.address, DEAD);
    });

    it("ends every move on the claim", async () => {
      const dispute = await startDispute();
      const { game, head, proposer, seat, other, truth, trace, segment, pickEnd } = dispute;
      await game.claims.connect(proposer).defend(head, sent(trace(ROOT, truth)));
      await at(dispute, pickEnd(0));
      await game.claims.settle(head, proposer.address);
      const claims = game.claims.connect(seat);
      const part = segment(ROOT, 1, truth);
      const moves = [
        () => game.claims.connect(other).challenge(head, { value: CHALLENGE_BOND }),
        () => game.claims.connect(other).defend(head, [head.machine], { value: DEFEND_BOND }),
        () => claims.pick(head, proposer.address, ROOT, 1),
        () => game.claims.connect(proposer).answer(head, pathOf(1), part, [part.right]),
        () => claims.prove(head, proposer.address, pathOf(1), 1, part, truth(0), "0x"),
        () => claims.timeout(head, proposer.address, ROOT, 1),
        () => claims.settle(head, proposer.address),
      ];
      for (const move of moves) {
        await expect(move()).to.be.revertedWithCustomError(game.claims, "WrongStatus").withArgs(claimId(head), UPHELD);
      }
    });
  });
});
