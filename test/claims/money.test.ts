import { ROOT, buildTrace, claimId, pathOf, segmentAt, type ClaimHead } from "@lakh/protocol";
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import type { PayeeHarness } from "@lakh/bindings";

import { skipUnderCoverage } from "../support/gas.ts";
import { at, playPick, sent, startDispute, type Dispute } from "./dispute.ts";
import { CHALLENGE_BOND, CLAIM_BOND, DEFEND_BOND, GENESIS, machinesTo, makeClaim, mockWitness } from "./game.ts";

const CLAIM = 0;
const SEAT = 1;
const LINE = 2;
const MOOD = { accept: 0, refuse: 1, reenter: 2, bomb: 3 };
const half = (bond: bigint): bigint => bond / 2n;
const burn = (bond: bigint): bigint => bond - bond / 2n;

/** Lets time pass to where everything can be settled. */
async function longAfter({ game, time }: Dispute): Promise<void> {
  await game.networkHelpers.time.increaseTo(time + 5000);
}

/** A false claim, defended by its proposer, whose line the seat kills by a proof. */
async function disproved(): Promise<Dispute> {
  const dispute = await startDispute({ lieFrom: 2 });
  const { game, head, proposer, seat, truth, lie, trace, segment } = dispute;
  await playPick(dispute, 1);
  await game.claims.connect(proposer).answer(head, pathOf(1), segment(ROOT, 1, lie), sent(trace(pathOf(1), lie)));
  const step = [segment(pathOf(1), 2, lie), truth(1), mockWitness(truth(1))] as const;
  await game.claims.connect(seat).prove(head, proposer.address, pathOf(1), 2, ...step);
  await longAfter(dispute);
  await game.claims.settle(head, ZeroAddress);
  return dispute;
}

/** A true claim, defended by somebody else, upheld by that line. */
async function upheld(): Promise<Dispute> {
  const dispute = await startDispute();
  const { game, head, other, truth, trace } = dispute;
  await game.claims.connect(other).defend(head, sent(trace(ROOT, truth)), { value: DEFEND_BOND });
  await longAfter(dispute);
  await game.claims.settle(head, other.address);
  return dispute;
}

async function childOf({ game, head, proposer }: Dispute, entry: bigint): Promise<ClaimHead> {
  return makeClaim(game, proposer, head, machinesTo(GENESIS, entry, 3).at(-1) ?? GENESIS, 1);
}

describe("Claims", () => {
  describe("bonds of a refuted claim", () => {
    it("a proposer without a line: half to the first seat, the rest burned; seats back", async () => {
      const dispute = await startDispute();
      const { game, head, id, proposer, seat, other } = dispute;
      await game.claims.connect(other).challenge(head, { value: CHALLENGE_BOND });
      await longAfter(dispute);
      await game.claims.settle(head, ZeroAddress);
      await expect(game.claims.collectClaimBond(head))
        .to.emit(game.claims, "BondCollected")
        .withArgs(id, proposer.address, seat.address, CLAIM, half(CLAIM_BOND), burn(CLAIM_BOND));
      await expect(game.claims.collectSeatBond(head, other.address))
        .to.emit(game.claims, "BondCollected")
        .withArgs(id, other.address, other.address, SEAT, CHALLENGE_BOND, 0);
      expect(await game.claims.burned()).to.equal(burn(CLAIM_BOND));
      expect(await game.claims.credit(seat.address)).to.equal(half(CLAIM_BOND));
    });

    it("a proposer with a dead line: half to its killer", async () => {
      const { game, head, id, proposer, seat } = await disproved();
      await expect(game.claims.collectClaimBond(head))
        .to.emit(game.claims, "BondCollected")
        .withArgs(id, proposer.address, seat.address, CLAIM, half(CLAIM_BOND), burn(CLAIM_BOND));
      await expect(game.claims.collectLineBond(head, proposer.address))
        .to.be.revertedWithCustomError(game.claims, "NoBond")
        .withArgs(id, proposer.address);
    });

    it("a dead line of somebody else: half to its killer, and the claim's bond to the first seat", async () => {
      const dispute = await startDispute();
      const { game, head, id, proposer, seat, other, traceEnd } = dispute;
      await game.claims.connect(other).defend(head, [head.machine], { value: DEFEND_BOND });
      await game.claims.connect(seat).pick(head, other.address, ROOT, 1);
      await at(dispute, traceEnd(1));
      await game.claims.timeout(head, other.address, ROOT, 1);
      await game.claims.settle(head, ZeroAddress);
      await expect(game.claims.collectLineBond(head, other.address))
        .to.emit(game.claims, "BondCollected")
        .withArgs(id, other.address, seat.address, LINE, half(DEFEND_BOND), burn(DEFEND_BOND));
      await expect(game.claims.collectClaimBond(head))
        .to.emit(game.claims, "BondCollected")
        .withArgs(id, proposer.address, seat.address, CLAIM, half(CLAIM_BOND), burn(CLAIM_BOND));
    });
  });

  describe("bonds of an upheld claim", () => {
    it("each seat: half to the settling line's owner; the line and the proposer without one: back", async () => {
      const { game, head, id, proposer, seat, other } = await upheld();
      await expect(game.claims.collectSeatBond(head, seat.address))
        .to.emit(game.claims, "BondCollected")
        .withArgs(id, seat.address, other.address, SEAT, half(CHALLENGE_BOND), burn(CHALLENGE_BOND));
      await expect(game.claims.collectLineBond(head, other.address))
        .to.emit(game.claims, "BondCollected")
        .withArgs(id, other.address, other.address, LINE, DEFEND_BOND, 0);
      await game.claims.confirm(head);
      await expect(game.claims.collectClaimBond(head))
        .to.emit(game.claims, "BondCollected")
        .withArgs(id, proposer.address, proposer.address, CLAIM, CLAIM_BOND, 0);
    });

    it("nobody challenged: back to the proposer", async () => {
      const dispute = await startDispute({ quiet: true });
      const { game, head, id, proposer } = dispute;
      await longAfter(dispute);
      await game.claims.settle(head, ZeroAddress);
      await expect(game.claims.collectClaimBond(head))
        .to.emit(game.claims, "BondCollected")
        .withArgs(id, proposer.address, proposer.address, CLAIM, CLAIM_BOND, 0);
    });
  });

  describe("bonds of a void claim", () => {
    it("everything goes back to its payer, a dead line's bond too", async () => {
      const dispute = await startDispute();
      const { game, head, seat, other, proposer } = dispute;
      const child = await childOf(dispute, 3n);
      await game.claims.connect(seat).challenge(child, { value: CHALLENGE_BOND });
      await game.claims.connect(other).defend(child, [child.machine], { value: DEFEND_BOND });
      const pre = machinesTo(GENESIS, 2n, 3).at(-1) ?? GENESIS;
      const segment = segmentAt(buildTrace(child.start, [child.machine], 4), 1);
      await game.claims.connect(seat).prove(child, other.address, ROOT, 1, segment, pre, mockWitness(pre));
      await longAfter(dispute);
      await game.claims.settle(child, ZeroAddress);
      await game.claims.settle(head, ZeroAddress);
      await expect(game.claims.collectClaimBond(child))
        .to.be.revertedWithCustomError(game.claims, "WrongParentStatus")
        .withArgs(claimId(head), 3);
      await game.claims.voidClaim(child);
      await game.claims.collectClaimBond(child);
      await game.claims.collectSeatBond(child, seat.address);
      await game.claims.collectLineBond(child, other.address);
      expect(await game.claims.credit(proposer.address)).to.equal(CLAIM_BOND);
      expect(await game.claims.credit(seat.address)).to.equal(CHALLENGE_BOND);
      expect(await game.claims.credit(other.address)).to.equal(DEFEND_BOND);
      expect(await game.claims.burned()).to.equal(0n);
    });
  });

  describe("collecting", () => {
    it("reverts before the claim is decided and for an unknown one", async () => {
      const { game, head, id, seat, other } = await startDispute();
      for (const collect of [
        () => game.claims.collectClaimBond(head),
        () => game.claims.collectSeatBond(head, seat.address),
        () => game.claims.collectLineBond(head, other.address),
      ]) {
        await expect(collect()).to.be.revertedWithCustomError(game.claims, "WrongStatus").withArgs(id, 1);
      }
      const unknown = { ...head, levels: 1 };
      await expect(game.claims.collectClaimBond(unknown))
        .to.be.revertedWithCustomError(game.claims, "WrongStatus")
        .withArgs(claimId(unknown), 0);
    });

    it("reverts while the parent is not Confirmed", async () => {
      const dispute = await startDispute({ quiet: true });
      const { game, head, id, proposer } = dispute;
      const child = await childOf(dispute, 3n);
      await longAfter(dispute);
      await game.claims.settle(child, ZeroAddress);
      await expect(game.claims.collectClaimBond(child))
        .to.be.revertedWithCustomError(game.claims, "WrongParentStatus")
        .withArgs(id, 1);
      await game.claims.settle(head, ZeroAddress);
      await game.claims.confirm(head);
      await game.claims.collectClaimBond(child);
      expect(await game.claims.credit(proposer.address)).to.equal(CLAIM_BOND);
    });

    it("happens once a bond, and only to bonds that were paid", async () => {
      const { game, head, id, proposer, seat, other } = await upheld();
      for (const [collect, payer] of [
        [() => game.claims.collectClaimBond(head), proposer],
        [() => game.claims.collectSeatBond(head, seat.address), seat],
        [() => game.claims.collectLineBond(head, other.address), other],
      ] as const) {
        await collect();
        await expect(collect()).to.be.revertedWithCustomError(game.claims, "NoBond").withArgs(id, payer.address);
      }
      expect(await game.claims.hasSeat(id, seat.address)).to.equal(false);
      await expect(game.claims.collectSeatBond(head, other.address))
        .to.be.revertedWithCustomError(game.claims, "NoBond")
        .withArgs(id, other.address);
      await expect(game.claims.collectLineBond(head, seat.address))
        .to.be.revertedWithCustomError(game.claims, "NoBond")
        .withArgs(id, seat.address);
    });
  });

  describe("withdraw", () => {
    it("sends the whole credit; bonds in are bonds out and burned", async () => {
      const { game, head, proposer, seat } = await disproved();
      await game.claims.collectClaimBond(head);
      await game.claims.collectSeatBond(head, seat.address);
      const amount = half(CLAIM_BOND) + CHALLENGE_BOND;
      const paid = await game.claims.connect(seat).withdraw(proposer.address);
      await expect(paid).to.changeEtherBalance(game.ethers, proposer, amount);
      await expect(paid).to.emit(game.claims, "Withdrawn").withArgs(seat.address, proposer.address, amount);
      const held = await game.ethers.provider.getBalance(await game.claims.getAddress());
      expect(held).to.equal(burn(CLAIM_BOND));
      expect(await game.claims.burned()).to.equal(held);
      await expect(game.claims.connect(seat).withdraw(seat.address))
        .to.be.revertedWithCustomError(game.claims, "NoCredit")
        .withArgs(seat.address);
    });

    /** A contract that has a seat on a refuted claim, and its bond as credit. */
    async function payee() {
      const dispute = await startDispute();
      const { game, head } = dispute;
      const address = await game.claims.getAddress();
      const contract = (await game.ethers.deployContract("PayeeHarness", [address])) as unknown as PayeeHarness;
      await contract.challenge(head, { value: CHALLENGE_BOND });
      await longAfter(dispute);
      await game.claims.settle(head, ZeroAddress);
      await game.claims.collectSeatBond(head, await contract.getAddress());
      return { ...dispute, contract, payee: await contract.getAddress() };
    }

    it("keeps the credit of a receiver that refuses, for another address", async () => {
      const { game, contract, payee: to, other } = await payee();
      await contract.setMood(MOOD.refuse);
      await expect(contract.withdraw(to)).to.be.revertedWithCustomError(game.claims, "PaymentRefused").withArgs(to);
      await expect(contract.withdraw(ZeroAddress))
        .to.be.revertedWithCustomError(game.claims, "PaymentRefused")
        .withArgs(ZeroAddress);
      const self = await game.claims.getAddress();
      await expect(contract.withdraw(self)).to.be.revertedWithCustomError(game.claims, "PaymentRefused").withArgs(self);
      expect(await game.claims.credit(to)).to.equal(CHALLENGE_BOND);
      await expect(contract.withdraw(other.address)).to.changeEtherBalance(game.ethers, other, CHALLENGE_BOND);
    });

    it("pays once when the receiver re-enters", async () => {
      const { game, contract, payee: to } = await payee();
      await contract.setMood(MOOD.reenter);
      await expect(contract.withdraw(to)).to.be.revertedWithCustomError(game.claims, "PaymentRefused").withArgs(to);
      await contract.setMood(MOOD.accept);
      await expect(contract.withdraw(to)).to.changeEtherBalance(game.ethers, contract, CHALLENGE_BOND);
      expect(await game.claims.credit(to)).to.equal(0n);
    });

    it("copies no return data", async function () {
      skipUnderCoverage.call(this);
      const { contract, payee: to } = await payee();
      await contract.setMood(MOOD.bomb);
      const receipt = await (await contract.withdraw(to)).wait();
      // The receiver pays some 45,000 gas for 128 KiB of its own memory; copying them would cost as much again and more.
      expect(receipt?.gasUsed).to.be.lessThan(110_000n);
    });

    it("the harness refuses plain ether in that mood", async () => {
      const { game, contract, payee: to, other } = await payee();
      await contract.setMood(MOOD.refuse);
      await expect(other.sendTransaction({ to, value: 1n })).to.be.revertedWithCustomError(contract, "Refused");
      await contract.setMood(MOOD.accept);
      await other.sendTransaction({ to, value: 1n });
      expect(await game.ethers.provider.getBalance(to)).to.equal(1n);
    });
  });
});
