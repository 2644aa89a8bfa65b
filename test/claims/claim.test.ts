import { claimId, genesisHead, machineHash, type Machine } from "@lakh/protocol";
import type { Claims } from "@lakh/bindings";
import { expect } from "chai";
import { ZeroAddress, ZeroHash, keccak256 } from "ethers";

import { at, startDispute } from "./dispute.ts";
import {
  CHALLENGE_BOND,
  CLAIM_BOND,
  GENESIS,
  SALT,
  WINDOWS,
  deployGame,
  machinesTo,
  makeClaim,
  mockWitness,
  type Game,
} from "./game.ts";

const PENDING = 1n;
const UPHELD = 2n;
const REFUTED = 3n;
const CONFIRMED = 4n;
const VOID = 5n;

function endOf(entry: bigint): Machine {
  return machinesTo(GENESIS, entry, 3).at(-1) as Machine;
}

describe("Claims", () => {
  describe("constructor", () => {
    it("stores the genesis claim, Confirmed and without a bond", async () => {
      const { claims, genesis } = await deployGame();
      const head = genesisHead(machineHash(GENESIS), 0n);
      expect(genesis).to.deep.equal(head);
      expect(await claims.isConfirmed(head)).to.equal(true);
      expect(await claims.latestConfirmed()).to.deep.equal([claimId(head), 0n]);
      await expect(claims.collectClaimBond(head))
        .to.be.revertedWithCustomError(claims, "NoBond")
        .withArgs(claimId(head), ZeroAddress);
    });

    it("tells of the genesis claim", async () => {
      const { claims, genesis, networkHelpers } = await deployGame();
      const [made] = await claims.queryFilter(claims.filters.ClaimMade());
      const { id, parent, proposer, time, head, end } = made?.args ?? {};
      expect([id, parent, proposer]).to.deep.equal([claimId(genesis), ZeroHash, ZeroAddress]);
      expect([head?.machine, end?.stateRoot]).to.deep.equal([genesis.machine, GENESIS.stateRoot]);
      expect(time).to.equal(BigInt(await networkHelpers.time.latest()));
      const [confirmed] = await claims.queryFilter(claims.filters.ClaimConfirmed());
      expect([...(confirmed?.args ?? [])]).to.deep.equal([claimId(genesis), 0n, genesis.machine]);
    });

    it("starts from a machine behind entries", async () => {
      const { ethers, params } = await deployGame();
      const claims = (await ethers.deployContract("Claims", [params, { ...GENESIS, entry: 5n }])) as unknown as Claims;
      const head = genesisHead(machineHash({ ...GENESIS, entry: 5n }), 5n);
      expect(await claims.latestConfirmed()).to.deep.equal([claimId(head), 5n]);
    });

    it("returns its parameters", async () => {
      const { claims, params } = await deployGame();
      const stored = await claims.params();
      const seconds = [stored.challengeSeconds, stored.defendSeconds, stored.replySeconds];
      expect([stored.inbox, stored.verifier, stored.fanout]).to.deep.equal([params.inbox, params.verifier, 4n]);
      expect(seconds).to.deep.equal([1000n, 100n, 50n]);
      expect([stored.claimBond, stored.challengeBond, stored.defendBond]).to.deep.equal([
        params.claimBond,
        params.challengeBond,
        params.defendBond,
      ]);
    });

    const wrong = {
      inbox: ZeroAddress,
      verifier: ZeroAddress,
      challengeSeconds: 0,
      defendSeconds: 0,
      replySeconds: 0,
      claimBond: 1n,
      challengeBond: 1n,
      defendBond: 1n,
    };
    for (const [name, value] of Object.entries(wrong)) {
      it(`reverts when ${name} is ${value}`, async () => {
        const { ethers, claims, params } = await deployGame();
        const deployed = ethers.deployContract("Claims", [{ ...params, [name]: value }, GENESIS]);
        await expect(deployed).to.be.revertedWithCustomError(claims, "BadParameter").withArgs(name);
      });
    }

    for (const fanout of [0, 1, 3, 1023, 2048]) {
      it(`reverts when F is ${fanout}`, async () => {
        const { ethers, claims, params } = await deployGame();
        const deployed = ethers.deployContract("Claims", [{ ...params, fanout }, GENESIS]);
        await expect(deployed).to.be.revertedWithCustomError(claims, "BadParameter").withArgs("fanout");
      });
    }

    it("takes the least and the greatest F, windows of a second and bonds of two wei", async () => {
      const { ethers, params } = await deployGame();
      const windows = { challengeSeconds: 1, defendSeconds: 1, replySeconds: 1 };
      const bonds = { claimBond: 2n, challengeBond: 2n, defendBond: 2n };
      for (const fanout of [2n, 1024n]) {
        const deployed = await ethers.deployContract("Claims", [{ ...params, ...windows, ...bonds, fanout }, GENESIS]);
        expect((await (deployed as unknown as Claims).params()).fanout).to.equal(fanout);
      }
    });

    it("reverts when the genesis machine stands inside an entry", async () => {
      const { ethers, claims, params } = await deployGame();
      const deployed = ethers.deployContract("Claims", [params, { ...GENESIS, cursor: 5 }]);
      await expect(deployed).to.be.revertedWithCustomError(claims, "CursorNotZero").withArgs(5);
    });
  });

  describe("claim", () => {
    it("stores a pending claim under the hash of its head", async () => {
      const game = await deployGame();
      const [proposer] = game.signers;
      const end = endOf(2n);
      const acc = await game.inbox.acc(2n);
      const head = {
        parent: claimId(game.genesis),
        start: game.genesis.machine,
        machine: machineHash(end),
        acc,
        endEntry: 2n,
        levels: 2n,
        proposer: proposer?.address,
        salt: SALT,
      };
      const made = game.claims.claim(game.genesis, 2, acc, end, SALT, { value: CLAIM_BOND });
      await expect(made).to.emit(game.claims, "ClaimMade");
      const event = (await game.claims.queryFilter(game.claims.filters.ClaimMade())).at(-1);
      const id = event?.args.id ?? "";
      expect(event?.args.parent).to.equal(head.parent);
      expect(
        Object.fromEntries(Object.keys(head).map((k) => [k, event?.args.head[k as keyof typeof head]])),
      ).to.deep.equal(head);
      const preimage = event?.args.end;
      expect([preimage?.stateRoot, preimage?.entry, preimage?.cursor]).to.deep.equal([end.stateRoot, 2n, 0n]);
      const now = await game.networkHelpers.time.latest();
      expect(await game.claims.claimState(id)).to.deep.equal([PENDING, false, BigInt(now), 0n, ZeroAddress]);
    });

    it("gives the id that the protocol package computes", async () => {
      const game = await deployGame();
      const [, proposer] = game.signers as [unknown, Game["signers"][number]];
      const head = await makeClaim(game, proposer, game.genesis, endOf(1n), 3);
      expect(await game.claims.claimId(head)).to.equal(claimId(head));
    });

    const acc = async (game: Game, entry: bigint) => game.inbox.acc(entry);

    it("reverts when the bond is not exact", async () => {
      const game = await deployGame();
      for (const value of [0n, CLAIM_BOND - 1n, CLAIM_BOND + 1n]) {
        await expect(game.claims.claim(game.genesis, 1, await acc(game, 1n), endOf(1n), SALT, { value }))
          .to.be.revertedWithCustomError(game.claims, "WrongBond")
          .withArgs(value, CLAIM_BOND);
      }
    });

    it("reverts when the parent is not known", async () => {
      const game = await deployGame();
      const parent = { ...game.genesis, salt: SALT };
      await expect(game.claims.claim(parent, 1, await acc(game, 1n), endOf(1n), SALT, { value: CLAIM_BOND }))
        .to.be.revertedWithCustomError(game.claims, "WrongParentStatus")
        .withArgs(claimId(parent), 0);
    });

    for (const levels of [0, 4]) {
      it(`reverts when L is ${levels}`, async () => {
        const game = await deployGame();
        await expect(
          game.claims.claim(game.genesis, levels, await acc(game, 1n), endOf(1n), SALT, { value: CLAIM_BOND }),
        )
          .to.be.revertedWithCustomError(game.claims, "LevelsOutOfRange")
          .withArgs(levels);
      });
    }

    it("reverts when the machine stands inside an entry", async () => {
      const game = await deployGame();
      const end = { ...endOf(1n), cursor: 1 };
      await expect(game.claims.claim(game.genesis, 1, await acc(game, 1n), end, SALT, { value: CLAIM_BOND }))
        .to.be.revertedWithCustomError(game.claims, "CursorNotZero")
        .withArgs(1);
    });

    it("reverts when no entry is covered", async () => {
      const game = await deployGame();
      await expect(game.claims.claim(game.genesis, 1, ZeroHash, GENESIS, SALT, { value: CLAIM_BOND }))
        .to.be.revertedWithCustomError(game.claims, "EntryNotAfterParent")
        .withArgs(0, 0);
    });

    it("reverts when the Inbox has not got the entries", async () => {
      const game = await deployGame();
      const end = { ...endOf(1n), entry: 21n };
      await expect(game.claims.claim(game.genesis, 1, ZeroHash, end, SALT, { value: CLAIM_BOND }))
        .to.be.revertedWithCustomError(game.claims, "EntryPastInbox")
        .withArgs(21, 20);
    });

    it("reverts after an L1 reorg gave the Inbox another history", async () => {
      const game = await deployGame();
      const before = await acc(game, 1n);
      const after = keccak256(before);
      await game.inbox.reorg(1n, after);
      await expect(game.claims.claim(game.genesis, 1, before, endOf(1n), SALT, { value: CLAIM_BOND }))
        .to.be.revertedWithCustomError(game.claims, "AccMismatch")
        .withArgs(before, after);
    });

    it("reverts when the claim exists", async () => {
      const game = await deployGame();
      const [proposer] = game.signers as [Game["signers"][number]];
      const head = await makeClaim(game, proposer, game.genesis, endOf(1n), 1);
      await expect(game.claims.claim(game.genesis, 1, head.acc, endOf(1n), SALT, { value: CLAIM_BOND }))
        .to.be.revertedWithCustomError(game.claims, "ClaimExists")
        .withArgs(claimId(head));
    });

    it("builds on a pending parent, from its machine; not on a refuted or void one", async () => {
      const { game, head, id, proposer, time } = await startDispute();
      const child = await makeClaim(game, proposer, head, endOf(3n), 1);
      expect(child.start).to.equal(head.machine);
      await game.networkHelpers.time.increaseTo(time + 1100);
      await game.claims.settle(head, ZeroAddress);
      await expect(game.claims.claim(head, 1, await acc(game, 4n), endOf(4n), SALT, { value: CLAIM_BOND }))
        .to.be.revertedWithCustomError(game.claims, "WrongParentStatus")
        .withArgs(id, REFUTED);
      await game.claims.voidClaim(child);
      await expect(game.claims.claim(child, 1, await acc(game, 4n), endOf(4n), SALT, { value: CLAIM_BOND }))
        .to.be.revertedWithCustomError(game.claims, "WrongParentStatus")
        .withArgs(claimId(child), VOID);
    });
  });

  describe("claim on a decided parent", () => {
    it("builds on an upheld and on a confirmed one, up to the Inbox's last entry", async () => {
      const { game, head, proposer, time } = await startDispute({ quiet: true });
      await game.networkHelpers.time.increaseTo(time + WINDOWS.challengeSeconds);
      await game.claims.settle(head, ZeroAddress);
      await makeClaim(game, proposer, head, endOf(3n), 1);
      await game.claims.confirm(head);
      const last = await makeClaim(game, proposer, head, endOf(20n), 1);
      expect(await game.inbox.length()).to.equal(20n);
      expect((await game.claims.claimState(claimId(last))).status).to.equal(PENDING);
    });
  });

  describe("challenge", () => {
    it("takes a seat; the first one is remembered", async () => {
      const { game, head, id, seat, other } = await startDispute({ quiet: true });
      for (const signer of [seat, other]) {
        await expect(game.claims.connect(signer).challenge(head, { value: CHALLENGE_BOND }))
          .to.emit(game.claims, "Challenged")
          .withArgs(id, signer.address);
      }
      expect((await game.claims.claimState(id)).beneficiary).to.equal(seat.address);
      expect(await game.claims.hasSeat(id, other.address)).to.equal(true);
    });

    it("reverts when the bond is not exact", async () => {
      const { game, head } = await startDispute({ quiet: true });
      await expect(game.claims.challenge(head, { value: CLAIM_BOND }))
        .to.be.revertedWithCustomError(game.claims, "WrongBond")
        .withArgs(CLAIM_BOND, CHALLENGE_BOND);
    });

    it("reverts when the head is not known", async () => {
      const { game, head } = await startDispute({ quiet: true });
      const unknown = { ...head, levels: 3 };
      await expect(game.claims.challenge(unknown, { value: CHALLENGE_BOND }))
        .to.be.revertedWithCustomError(game.claims, "WrongStatus")
        .withArgs(claimId(unknown), 0);
    });

    it("comes at the last second before t0 + Wc, and reverts then", async () => {
      const dispute = await startDispute({ quiet: true });
      const { game, head, seat, other, time } = dispute;
      const deadline = time + WINDOWS.challengeSeconds;
      await at(dispute, deadline - 1);
      await game.claims.connect(seat).challenge(head, { value: CHALLENGE_BOND });
      await at(dispute, deadline);
      await expect(game.claims.connect(other).challenge(head, { value: CHALLENGE_BOND }))
        .to.be.revertedWithCustomError(game.claims, "TooLate")
        .withArgs(deadline, deadline);
    });

    it("reverts when the address has a seat", async () => {
      const { game, head, id, seat } = await startDispute();
      await expect(game.claims.connect(seat).challenge(head, { value: CHALLENGE_BOND }))
        .to.be.revertedWithCustomError(game.claims, "SeatTaken")
        .withArgs(id, seat.address);
    });
  });

  describe("settle without a line", () => {
    it("upholds a claim that nobody challenged, from t0 + Wc on", async () => {
      const dispute = await startDispute({ quiet: true });
      const { game, head, id, time } = dispute;
      const opens = time + WINDOWS.challengeSeconds;
      await at(dispute, opens - 1);
      await expect(game.claims.settle(head, ZeroAddress))
        .to.be.revertedWithCustomError(game.claims, "TooEarly")
        .withArgs(opens - 1, opens);
      await at(dispute, opens);
      await expect(game.claims.settle(head, ZeroAddress))
        .to.emit(game.claims, "Settled")
        .withArgs(id, UPHELD, ZeroAddress);
    });

    it("refutes a claim that nobody defends, from D(0) on", async () => {
      const dispute = await startDispute();
      const { game, head, id, traceEnd } = dispute;
      await at(dispute, traceEnd(0) - 1);
      await expect(game.claims.settle(head, ZeroAddress))
        .to.be.revertedWithCustomError(game.claims, "TooEarly")
        .withArgs(traceEnd(0) - 1, traceEnd(0));
      await at(dispute, traceEnd(0));
      await expect(game.claims.settle(head, ZeroAddress))
        .to.emit(game.claims, "Settled")
        .withArgs(id, REFUTED, ZeroAddress);
    });
  });

  describe("confirm", () => {
    it("confirms an upheld claim once its parent is; the furthest one is the latest", async () => {
      const { game, head, id, proposer, time } = await startDispute({ quiet: true });
      const child = await makeClaim(game, proposer, head, endOf(3n), 1);
      await expect(game.claims.confirm(head))
        .to.be.revertedWithCustomError(game.claims, "WrongStatus")
        .withArgs(id, PENDING);
      await game.networkHelpers.time.increaseTo(time + 2000);
      await game.claims.settle(head, ZeroAddress);
      await game.claims.settle(child, ZeroAddress);
      await expect(game.claims.confirm(child))
        .to.be.revertedWithCustomError(game.claims, "WrongParentStatus")
        .withArgs(id, UPHELD);
      expect(await game.claims.isConfirmed(head)).to.equal(false);
      await expect(game.claims.confirm(head)).to.emit(game.claims, "ClaimConfirmed").withArgs(id, 2, head.machine);
      await game.claims.confirm(child);
      await expect(game.claims.confirm(head))
        .to.be.revertedWithCustomError(game.claims, "WrongStatus")
        .withArgs(id, CONFIRMED);
      expect(await game.claims.isConfirmed(head)).to.equal(true);
      expect(await game.claims.isConfirmed({ ...head, endEntry: 1n })).to.equal(false);
      expect(await game.claims.latestConfirmed()).to.deep.equal([claimId(child), 3n]);
    });

    it("reverts for a claim that was refuted or voided", async () => {
      const { game, head, id, proposer, time } = await startDispute();
      const child = await makeClaim(game, proposer, head, endOf(3n), 1);
      await game.networkHelpers.time.increaseTo(time + 2000);
      await game.claims.settle(head, ZeroAddress);
      await game.claims.voidClaim(child);
      for (const [fallen, status] of [
        [head, REFUTED],
        [child, VOID],
      ] as const)
        await expect(game.claims.confirm(fallen))
          .to.be.revertedWithCustomError(game.claims, "WrongStatus")
          .withArgs(fallen === head ? id : claimId(child), status);
    });

    it("keeps the furthest claim when one that is shorter or as far is confirmed later", async () => {
      const { game, head, proposer, time } = await startDispute({ quiet: true });
      const shorter = await makeClaim(game, proposer, game.genesis, endOf(1n), 1);
      const asFar = await makeClaim(game, proposer, game.genesis, endOf(2n), 2, `0x${"a5".repeat(32)}`);
      await game.networkHelpers.time.increaseTo(time + 2000);
      for (const one of [head, shorter, asFar]) {
        await game.claims.settle(one, ZeroAddress);
        await game.claims.confirm(one);
      }
      expect(await game.claims.latestConfirmed()).to.deep.equal([claimId(head), 2n]);
    });
  });

  describe("voidClaim", () => {
    it("voids pending, upheld and refuted claims whose parent fell, at any depth; nothing else", async () => {
      const { game, head, id, proposer, seat, time } = await startDispute();
      const child = await makeClaim(game, proposer, head, endOf(3n), 1);
      const grandchild = await makeClaim(game, proposer, child, endOf(4n), 1);
      const refuted = await makeClaim(game, proposer, head, endOf(4n), 1);
      await game.claims.connect(seat).challenge(refuted, { value: CHALLENGE_BOND });
      await expect(game.claims.voidClaim(child))
        .to.be.revertedWithCustomError(game.claims, "WrongParentStatus")
        .withArgs(id, PENDING);
      await game.networkHelpers.time.increaseTo(time + 2000);
      for (const one of [head, child, refuted]) await game.claims.settle(one, ZeroAddress);
      await expect(game.claims.voidClaim(head))
        .to.be.revertedWithCustomError(game.claims, "WrongParentStatus")
        .withArgs(claimId(game.genesis), 4);
      await expect(game.claims.voidClaim(grandchild))
        .to.be.revertedWithCustomError(game.claims, "WrongParentStatus")
        .withArgs(claimId(child), UPHELD);
      for (const one of [child, grandchild, refuted]) {
        await expect(game.claims.voidClaim(one)).to.emit(game.claims, "ClaimVoided").withArgs(claimId(one));
      }
      await expect(game.claims.voidClaim(child))
        .to.be.revertedWithCustomError(game.claims, "WrongStatus")
        .withArgs(claimId(child), VOID);
    });

    it("reverts for a confirmed claim and for one that is not known", async () => {
      const game = await deployGame();
      await expect(game.claims.voidClaim(game.genesis))
        .to.be.revertedWithCustomError(game.claims, "WrongStatus")
        .withArgs(claimId(game.genesis), 4);
      const unknown = { ...game.genesis, salt: SALT };
      await expect(game.claims.voidClaim(unknown))
        .to.be.revertedWithCustomError(game.claims, "WrongStatus")
        .withArgs(claimId(unknown), 0);
    });
  });

  describe("mocks", () => {
    it("refuse another machine's witness", async () => {
      const { verifier } = await deployGame();
      await expect(verifier.step(GENESIS, mockWitness({ ...GENESIS, cursor: 1 })))
        .to.be.revertedWithCustomError(verifier, "BadWitness")
        .withArgs(0);
    });
  });
});
