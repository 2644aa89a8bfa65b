import { ROOT, buildTrace, machineHash, pathOf, segmentAt } from "@lakh/protocol";
import { expect } from "chai";
import { ZeroAddress, ZeroHash, keccak256 } from "ethers";

import { END_ENTRY, FANOUT, STEPS, at, playPick, sent, startDispute } from "./dispute.ts";
import { CHALLENGE_BOND, DEFEND_BOND, mockWitness } from "./game.ts";

const ALIVE = 1n;
const DEAD = 2n;
/** F = 4, L = 2: step 2 stands in segment 1 of the root (steps 0–4), and is segment 2 there (steps 1–2). */
const LIE_FROM = 2;

describe("Claims", () => {
  describe("defend", () => {
    it("opens a line: the trace's hash is stored, its elements are in the event", async () => {
      const { game, head, id, proposer, lie, trace } = await startDispute({ lieFrom: LIE_FROM });
      const root = trace(ROOT, lie);
      await expect(game.claims.connect(proposer).defend(head, sent(root)))
        .to.emit(game.claims, "TraceOpened")
        .withArgs(id, proposer.address, ROOT, head.start, root.root, sent(root));
      expect(await game.claims.lineState(id, proposer.address)).to.deep.equal([ALIVE, false, 0n, 0n, ZeroAddress]);
      expect((await game.claims.claimState(id)).livingLines).to.equal(1n);
      expect(await game.claims.traceHash(id, proposer.address, ROOT)).not.to.equal(ZeroHash);
    });

    it("takes the bond from anybody but the proposer", async () => {
      const { game, head, proposer, other, truth, trace } = await startDispute();
      const elements = sent(trace(ROOT, truth));
      await expect(game.claims.connect(proposer).defend(head, elements, { value: DEFEND_BOND }))
        .to.be.revertedWithCustomError(game.claims, "WrongBond")
        .withArgs(DEFEND_BOND, 0);
      await expect(game.claims.connect(other).defend(head, elements))
        .to.be.revertedWithCustomError(game.claims, "WrongBond")
        .withArgs(0, DEFEND_BOND);
      await game.claims.connect(other).defend(head, elements, { value: DEFEND_BOND });
    });

    it("needs a seat", async () => {
      const { game, head, id, proposer } = await startDispute({ quiet: true });
      await expect(game.claims.connect(proposer).defend(head, [head.machine]))
        .to.be.revertedWithCustomError(game.claims, "Unchallenged")
        .withArgs(id);
    });

    it("comes at the last second before D(0), and reverts then", async () => {
      const dispute = await startDispute();
      const { game, head, proposer, other, traceEnd } = dispute;
      await at(dispute, traceEnd(0) - 1);
      await game.claims.connect(proposer).defend(head, [head.machine]);
      await at(dispute, traceEnd(0));
      await expect(game.claims.connect(other).defend(head, [head.machine], { value: DEFEND_BOND }))
        .to.be.revertedWithCustomError(game.claims, "TooLate")
        .withArgs(traceEnd(0), traceEnd(0));
    });

    it("is done once an address", async () => {
      const { game, head, id, proposer } = await startDispute();
      await game.claims.connect(proposer).defend(head, [head.machine]);
      await expect(game.claims.connect(proposer).defend(head, [head.machine]))
        .to.be.revertedWithCustomError(game.claims, "LineTaken")
        .withArgs(id, proposer.address);
    });

    it("is not done again by an address whose line died, though there is time", async () => {
      const { game, head, id, proposer, truth } = await startDispute({ levels: 1 });
      const pre = truth(0);
      const leap = buildTrace(head.start, [head.machine], FANOUT);
      const whole = sent(leap);
      await game.claims.connect(proposer).defend(head, whole);
      await game.claims.prove(head, proposer.address, ROOT, 1, segmentAt(leap, 1), pre, mockWitness(pre));
      await expect(game.claims.connect(proposer).defend(head, whole))
        .to.be.revertedWithCustomError(game.claims, "LineTaken")
        .withArgs(id, proposer.address);
    });

    it("reverts unless the trace has 1 to F elements and ends as the claim does", async () => {
      const { game, head, proposer } = await startDispute();
      const claims = game.claims.connect(proposer);
      await expect(claims.defend(head, []))
        .to.be.revertedWithCustomError(game.claims, "TraceLength")
        .withArgs(0, FANOUT);
      await expect(claims.defend(head, new Array(FANOUT + 1).fill(head.machine)))
        .to.be.revertedWithCustomError(game.claims, "TraceLength")
        .withArgs(FANOUT + 1, FANOUT);
      await expect(claims.defend(head, [head.machine, head.start]))
        .to.be.revertedWithCustomError(game.claims, "TraceEndMismatch")
        .withArgs(head.start, head.machine);
    });

    it("gives one trace for the elements sent in full and without the equal tail", async () => {
      const { game, head, id, proposer, other } = await startDispute();
      await game.claims.connect(proposer).defend(head, [head.start, head.machine]);
      const full = [head.start, head.machine, head.machine, head.machine];
      await game.claims.connect(other).defend(head, full, { value: DEFEND_BOND });
      const hash = await game.claims.traceHash(id, proposer.address, ROOT);
      expect(await game.claims.traceHash(id, other.address, ROOT)).to.equal(hash);
    });
  });

  describe("pick", () => {
    it("opens a segment; another seat joins without opening it again", async () => {
      const dispute = await startDispute({ lieFrom: LIE_FROM });
      const { game, head, id, proposer, seat, other, lie, trace } = dispute;
      await game.claims.connect(other).challenge(head, { value: CHALLENGE_BOND });
      await game.claims.connect(proposer).defend(head, sent(trace(ROOT, lie)));
      await expect(game.claims.connect(seat).pick(head, proposer.address, ROOT, 1))
        .to.emit(game.claims, "Picked")
        .withArgs(id, proposer.address, seat.address, ROOT, 1, false);
      await expect(game.claims.connect(other).pick(head, proposer.address, ROOT, 1))
        .to.emit(game.claims, "Picked")
        .withArgs(id, proposer.address, other.address, ROOT, 1, true);
      expect((await game.claims.lineState(id, proposer.address)).open).to.equal(1n);
      expect(await game.claims.firstPicker(id, proposer.address, pathOf(1))).to.equal(seat.address);
      expect(await game.claims.pickOf(id, proposer.address, ROOT, other.address)).to.equal(1n);
    });

    it("may join a segment that is answered", async () => {
      const dispute = await startDispute({ lieFrom: LIE_FROM, levels: 3 });
      const { game, head, id, proposer, seat, other, lie, trace, segment } = dispute;
      await game.claims.connect(other).challenge(head, { value: CHALLENGE_BOND });
      await playPick(dispute, 1);
      await game.claims.connect(proposer).answer(head, pathOf(1), segment(ROOT, 1, lie), sent(trace(pathOf(1), lie)));
      await game.claims.connect(other).pick(head, proposer.address, ROOT, 1);
      expect((await game.claims.lineState(id, proposer.address)).open).to.equal(0n);
      await game.claims.connect(other).pick(head, proposer.address, pathOf(1), 3);
      await game.claims.connect(seat).pick(head, proposer.address, pathOf(1), 4);
      expect((await game.claims.lineState(id, proposer.address)).open).to.equal(2n);
    });

    it("needs a living line, a seat and a trace whose segments are not single items", async () => {
      const dispute = await startDispute({ lieFrom: LIE_FROM });
      const { game, head, id, proposer, seat, other, lie, trace } = dispute;
      const claims = game.claims.connect(seat);
      await expect(claims.pick(head, proposer.address, ROOT, 1))
        .to.be.revertedWithCustomError(game.claims, "LineNotAlive")
        .withArgs(id, proposer.address, 0);
      await game.claims.connect(proposer).defend(head, sent(trace(ROOT, lie)));
      await expect(game.claims.connect(other).pick(head, proposer.address, ROOT, 1))
        .to.be.revertedWithCustomError(game.claims, "NoSeat")
        .withArgs(id, other.address);
      await expect(claims.pick(head, proposer.address, pathOf(1), 1))
        .to.be.revertedWithCustomError(game.claims, "PathLength")
        .withArgs(2, 1, 1);
    });

    it("is never made in a claim of one level", async () => {
      const { game, head, proposer, seat } = await startDispute({ levels: 1 });
      await game.claims.connect(proposer).defend(head, [head.machine]);
      await expect(game.claims.connect(seat).pick(head, proposer.address, ROOT, 1))
        .to.be.revertedWithCustomError(game.claims, "PathLength")
        .withArgs(1, 1, 0);
    });

    for (const j of [0, FANOUT + 1, 65_537]) {
      it(`reverts when j is ${j}`, async () => {
        const { game, head, proposer, seat } = await startDispute();
        await game.claims.connect(proposer).defend(head, [head.machine]);
        await expect(game.claims.connect(seat).pick(head, proposer.address, ROOT, j))
          .to.be.revertedWithCustomError(game.claims, "SegmentOutOfRange")
          .withArgs(j, FANOUT);
      });
    }

    it("comes at the last second before P(0), and reverts then", async () => {
      const dispute = await startDispute();
      const { game, head, proposer, seat, other, pickEnd } = dispute;
      await game.claims.connect(other).challenge(head, { value: CHALLENGE_BOND });
      await game.claims.connect(proposer).defend(head, [head.machine]);
      await at(dispute, pickEnd(0) - 1);
      await game.claims.connect(seat).pick(head, proposer.address, ROOT, 1);
      await at(dispute, pickEnd(0));
      await expect(game.claims.connect(other).pick(head, proposer.address, ROOT, 1))
        .to.be.revertedWithCustomError(game.claims, "TooLate")
        .withArgs(pickEnd(0), pickEnd(0));
    });

    it("needs the trace, and the seat's own pick that leads to it", async () => {
      const dispute = await startDispute({ levels: 3, lieFrom: LIE_FROM });
      const { game, head, proposer, seat, other, lie, trace, segment } = dispute;
      await game.claims.connect(other).challenge(head, { value: CHALLENGE_BOND });
      await playPick(dispute, 1);
      await expect(game.claims.connect(seat).pick(head, proposer.address, pathOf(1), 1))
        .to.be.revertedWithCustomError(game.claims, "NoTrace")
        .withArgs(pathOf(1));
      await game.claims.connect(proposer).answer(head, pathOf(1), segment(ROOT, 1, lie), sent(trace(pathOf(1), lie)));
      await expect(game.claims.connect(other).pick(head, proposer.address, pathOf(1), 1))
        .to.be.revertedWithCustomError(game.claims, "NotOnPath")
        .withArgs(other.address, 0);
      await game.claims.connect(other).pick(head, proposer.address, ROOT, 2);
      await expect(game.claims.connect(other).pick(head, proposer.address, pathOf(1), 1))
        .to.be.revertedWithCustomError(game.claims, "NotOnPath")
        .withArgs(other.address, 2);
    });

    it("is made once a seat a trace", async () => {
      const dispute = await startDispute();
      const { game, head, proposer, seat } = dispute;
      await game.claims.connect(proposer).defend(head, [head.machine]);
      await game.claims.connect(seat).pick(head, proposer.address, ROOT, 3);
      await expect(game.claims.connect(seat).pick(head, proposer.address, ROOT, 2))
        .to.be.revertedWithCustomError(game.claims, "AlreadyPicked")
        .withArgs(seat.address, 3);
    });
  });

  describe("answer", () => {
    it("opens the trace of a picked segment; the round grows, the open count shrinks", async () => {
      const dispute = await startDispute({ lieFrom: LIE_FROM });
      const { game, head, id, proposer, lie, trace, segment } = dispute;
      await playPick(dispute, 1);
      const cut = trace(pathOf(1), lie);
      await expect(game.claims.connect(proposer).answer(head, pathOf(1), segment(ROOT, 1, lie), sent(cut)))
        .to.emit(game.claims, "TraceOpened")
        .withArgs(id, proposer.address, pathOf(1), cut.start, cut.root, sent(cut));
      expect(await game.claims.lineState(id, proposer.address)).to.deep.equal([ALIVE, false, 1n, 0n, ZeroAddress]);
    });

    it("is the owner's, at path length 1 to L − 1, of a segment that is picked, once", async () => {
      const dispute = await startDispute({ lieFrom: LIE_FROM });
      const { game, head, id, proposer, other, lie, trace, segment } = dispute;
      await playPick(dispute, 1);
      const args = [segment(ROOT, 1, lie), sent(trace(pathOf(1), lie))] as const;
      const claims = game.claims.connect(proposer);
      await expect(game.claims.connect(other).answer(head, pathOf(1), ...args))
        .to.be.revertedWithCustomError(game.claims, "LineNotAlive")
        .withArgs(id, other.address, 0);
      await expect(claims.answer(head, ROOT, ...args))
        .to.be.revertedWithCustomError(game.claims, "PathLength")
        .withArgs(0, 1, 1);
      await expect(claims.answer(head, pathOf(1, 1), ...args))
        .to.be.revertedWithCustomError(game.claims, "PathLength")
        .withArgs(2, 1, 1);
      await expect(claims.answer(head, pathOf(2), ...args))
        .to.be.revertedWithCustomError(game.claims, "NotPicked")
        .withArgs(pathOf(2));
      await claims.answer(head, pathOf(1), ...args);
      await expect(claims.answer(head, pathOf(1), ...args))
        .to.be.revertedWithCustomError(game.claims, "AlreadyAnswered")
        .withArgs(pathOf(1));
    });

    it("comes at the last second before D(1), and reverts then", async () => {
      const dispute = await startDispute({ lieFrom: LIE_FROM });
      const { game, head, proposer, seat, other, lie, trace, segment, traceEnd } = dispute;
      await game.claims.connect(other).challenge(head, { value: CHALLENGE_BOND });
      await playPick(dispute, 1);
      await game.claims.connect(other).pick(head, proposer.address, ROOT, 2);
      await at(dispute, traceEnd(1) - 1);
      const claims = game.claims.connect(proposer);
      await claims.answer(head, pathOf(1), segment(ROOT, 1, lie), sent(trace(pathOf(1), lie)));
      await at(dispute, traceEnd(1));
      await expect(claims.answer(head, pathOf(2), segment(ROOT, 2, lie), sent(trace(pathOf(2), lie))))
        .to.be.revertedWithCustomError(game.claims, "TooLate")
        .withArgs(traceEnd(1), traceEnd(1));
      expect(await game.claims.firstPicker(dispute.id, proposer.address, pathOf(1))).to.equal(seat.address);
    });

    it("reverts when the trace does not end at the segment's right end", async () => {
      const dispute = await startDispute({ lieFrom: LIE_FROM });
      const { game, head, proposer, truth, lie, segment } = dispute;
      await playPick(dispute, 1);
      const wrong = machineHash(truth(4));
      await expect(game.claims.connect(proposer).answer(head, pathOf(1), segment(ROOT, 1, lie), [wrong]))
        .to.be.revertedWithCustomError(game.claims, "TraceEndMismatch")
        .withArgs(wrong, machineHash(lie(4)));
    });

    it("keeps the longest round when a segment nearer the root is answered later", async () => {
      const dispute = await startDispute({ levels: 3, lieFrom: LIE_FROM });
      const { game, head, id, proposer, seat, other, lie, trace, segment } = dispute;
      const claims = game.claims.connect(proposer);
      await game.claims.connect(other).challenge(head, { value: CHALLENGE_BOND });
      await playPick(dispute, 1);
      await game.claims.connect(other).pick(head, proposer.address, ROOT, 2);
      await claims.answer(head, pathOf(1), segment(ROOT, 1, lie), sent(trace(pathOf(1), lie)));
      await game.claims.connect(seat).pick(head, proposer.address, pathOf(1), 1);
      await claims.answer(head, pathOf(1, 1), segment(pathOf(1), 1, lie), sent(trace(pathOf(1, 1), lie)));
      await claims.answer(head, pathOf(2), segment(ROOT, 2, lie), sent(trace(pathOf(2), lie)));
      expect(await game.claims.lineState(id, proposer.address)).to.deep.equal([ALIVE, false, 2n, 0n, ZeroAddress]);
    });
  });

  describe("a segment's proof", () => {
    it("is checked whole", async () => {
      const dispute = await startDispute({ lieFrom: LIE_FROM });
      const { game, head, id, proposer, lie, trace, segment } = dispute;
      await playPick(dispute, 3);
      const good = segment(ROOT, 3, lie);
      const elements = sent(trace(pathOf(3), lie));
      const claims = game.claims.connect(proposer);
      const answer = (changed: Partial<typeof good>) =>
        claims.answer(head, pathOf(3), { ...good, ...changed }, elements);
      const stored = await game.claims.traceHash(id, proposer.address, ROOT);
      for (const changed of [{ start: good.left }, { root: good.left }]) {
        await expect(answer(changed))
          .to.be.revertedWithCustomError(game.claims, "TraceMismatch")
          .withArgs((hash: string) => hash !== stored, stored);
      }
      const bad = keccak256(good.left);
      await expect(answer({ left: bad as never }))
        .to.be.revertedWithCustomError(game.claims, "ProofMismatch")
        .withArgs(2);
      await expect(answer({ right: bad as never }))
        .to.be.revertedWithCustomError(game.claims, "ProofMismatch")
        .withArgs(3);
      for (const [index, name] of [
        [2, "leftProof"],
        [3, "rightProof"],
      ] as const) {
        await expect(answer({ [name]: good[name].slice(1) }))
          .to.be.revertedWithCustomError(game.claims, "ProofLength")
          .withArgs(index, 1, 2);
        await expect(answer({ [name]: [...good[name], good.root] }))
          .to.be.revertedWithCustomError(game.claims, "ProofLength")
          .withArgs(index, 3, 2);
        await expect(answer({ [name]: [bad as never, ...good[name].slice(1)] }))
          .to.be.revertedWithCustomError(game.claims, "ProofMismatch")
          .withArgs(index);
      }
      await answer({});
    });

    it("has no siblings for h(0), which is the start", async () => {
      const dispute = await startDispute({ lieFrom: LIE_FROM });
      const { game, head, proposer, lie, trace, segment } = dispute;
      await playPick(dispute, 1);
      const good = segment(ROOT, 1, lie);
      const elements = sent(trace(pathOf(1), lie));
      const claims = game.claims.connect(proposer);
      await expect(claims.answer(head, pathOf(1), { ...good, leftProof: [good.root] }, elements))
        .to.be.revertedWithCustomError(game.claims, "ProofLength")
        .withArgs(0, 1, 0);
      await expect(claims.answer(head, pathOf(1), { ...good, left: good.right }, elements))
        .to.be.revertedWithCustomError(game.claims, "ProofMismatch")
        .withArgs(0);
    });
  });

  describe("prove", () => {
    /** The lie opened down to single items at path (1). */
    async function opened(lieFrom: number | undefined) {
      const dispute = await startDispute({ ...(lieFrom === undefined ? {} : { lieFrom }) });
      const { game, head, proposer, lie, trace, segment } = dispute;
      await playPick(dispute, 1);
      await game.claims.connect(proposer).answer(head, pathOf(1), segment(ROOT, 1, lie), sent(trace(pathOf(1), lie)));
      return dispute;
    }

    it("kills the line whose item gives another machine; anyone may, without a seat", async () => {
      const { game, head, id, proposer, other, truth, lie, segment } = await opened(LIE_FROM);
      const pre = truth(1);
      const good = segment(pathOf(1), 2, lie);
      await expect(game.claims.connect(other).prove(head, proposer.address, pathOf(1), 2, good, pre, mockWitness(pre)))
        .to.emit(game.claims, "StepDisproved")
        .withArgs(id, proposer.address, other.address, pathOf(1), 2, machineHash(lie(2)), machineHash(truth(2)));
      expect(await game.claims.lineState(id, proposer.address)).to.deep.equal([DEAD, false, 1n, 0n, other.address]);
      expect((await game.claims.claimState(id)).livingLines).to.equal(0n);
      await expect(game.claims.prove(head, proposer.address, pathOf(1), 2, good, pre, mockWitness(pre)))
        .to.be.revertedWithCustomError(game.claims, "LineNotAlive")
        .withArgs(id, proposer.address, DEAD);
    });

    it("reverts when the step agrees", async () => {
      const { game, head, proposer, truth, lie, segment } = await opened(LIE_FROM);
      const pre = truth(0);
      await expect(
        game.claims.prove(head, proposer.address, pathOf(1), 1, segment(pathOf(1), 1, lie), pre, mockWitness(pre)),
      )
        .to.be.revertedWithCustomError(game.claims, "StepAgrees")
        .withArgs(machineHash(truth(1)));
    });

    it("reverts when the machine is not the segment's left end", async () => {
      const { game, head, proposer, truth, lie, segment } = await opened(LIE_FROM);
      const good = segment(pathOf(1), 2, lie);
      await expect(game.claims.prove(head, proposer.address, pathOf(1), 2, good, truth(0), mockWitness(truth(0))))
        .to.be.revertedWithCustomError(game.claims, "MachineMismatch")
        .withArgs(machineHash(truth(0)), good.left);
    });

    it("reverts, with the verifier's error, on a wrong witness", async () => {
      const { game, head, proposer, truth, lie, segment } = await opened(LIE_FROM);
      const good = segment(pathOf(1), 2, lie);
      await expect(game.claims.prove(head, proposer.address, pathOf(1), 2, good, truth(1), mockWitness(truth(2))))
        .to.be.revertedWithCustomError(game.verifier, "BadWitness")
        .withArgs(1);
    });

    it("reverts away from the last level, outside the trace and where there is none", async () => {
      const { game, head, proposer, truth, lie, segment } = await opened(LIE_FROM);
      const step = [truth(1), mockWitness(truth(1))] as const;
      const good = segment(pathOf(1), 2, lie);
      await expect(game.claims.prove(head, proposer.address, ROOT, 2, good, ...step))
        .to.be.revertedWithCustomError(game.claims, "PathLength")
        .withArgs(0, 1, 1);
      for (const j of [0, FANOUT + 1]) {
        await expect(game.claims.prove(head, proposer.address, pathOf(1), j, good, ...step))
          .to.be.revertedWithCustomError(game.claims, "SegmentOutOfRange")
          .withArgs(j, FANOUT);
      }
      await expect(game.claims.prove(head, proposer.address, pathOf(2), 2, good, ...step))
        .to.be.revertedWithCustomError(game.claims, "TraceMismatch")
        .withArgs((hash: string) => hash !== ZeroHash, ZeroHash);
    });

    it("kills a line that moves a halted machine, without a witness", async () => {
      // The claim ends after six steps. Segment 2 of the root holds steps 4–8: its items 3 and 4 are steps of a halted machine.
      const dispute = await startDispute({ lieFrom: STEPS });
      const { game, head, id, proposer, seat, truth, lie, trace } = dispute;
      const halted = truth(STEPS);
      expect(halted.entry).to.equal(END_ENTRY);
      const late = (step: number) => (step < 7 ? truth(step) : lie(step));
      await game.claims.connect(proposer).defend(head, sent(trace(ROOT, late)));
      await game.claims.connect(seat).pick(head, proposer.address, ROOT, 2);
      const cut = trace(pathOf(2), late);
      await game.claims.connect(proposer).answer(head, pathOf(2), dispute.segment(ROOT, 2, late), sent(cut));
      const good = dispute.segment(pathOf(2), 3, late);
      await game.claims.connect(seat).prove(head, proposer.address, pathOf(2), 3, good, halted, "0x");
      expect((await game.claims.lineState(id, proposer.address)).status).to.equal(DEAD);
    });

    it("cannot kill a line for a halted machine that stays", async () => {
      const dispute = await startDispute();
      const { game, head, proposer, seat, truth, trace, segment } = dispute;
      await game.claims.connect(proposer).defend(head, sent(trace(ROOT, truth)));
      await game.claims.connect(seat).pick(head, proposer.address, ROOT, 2);
      const cut = sent(trace(pathOf(2), truth));
      await game.claims.connect(proposer).answer(head, pathOf(2), segment(ROOT, 2, truth), cut);
      const good = segment(pathOf(2), 3, truth);
      await expect(game.claims.prove(head, proposer.address, pathOf(2), 3, good, truth(STEPS), "0x"))
        .to.be.revertedWithCustomError(game.claims, "StepAgrees")
        .withArgs(head.machine);
    });
  });
});
