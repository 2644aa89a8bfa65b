/** Zero is what storage and memory hold where nobody wrote: no move, proof or payment may rest on it. */
import {
  ROOT,
  ZERO_ADDRESS,
  ZERO_HASH,
  encodeBatch,
  machineHash,
  pathOf,
  type ClaimHead,
  type Hex,
} from "@lakh/protocol";
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { ETH, confirm, freshBridge, fundEth, numbered } from "../bridge/fixture.ts";
import { sent, startDispute } from "../claims/dispute.ts";
import {
  CHALLENGE_BOND,
  CLAIM_BOND,
  DEFEND_BOND,
  GENESIS,
  SALT,
  deployGame,
  machinesTo,
  mockWitness,
} from "../claims/game.ts";
import { deployStep, stepCase } from "../support/step/deploy.ts";
import { inBatch, packWitness } from "../support/step/witness.ts";
import { NOW, machine, tree } from "../support/step/world.ts";

/** The head that an unset struct is. Its id is no storage key that anybody wrote. */
const NOTHING: ClaimHead = {
  parent: ZERO_HASH,
  start: ZERO_HASH,
  machine: ZERO_HASH,
  acc: ZERO_HASH,
  endEntry: 0n,
  levels: 0,
  proposer: ZERO_ADDRESS,
  salt: ZERO_HASH,
};
const NOBODY = { stateRoot: ZERO_HASH, nextObject: 0, nextExit: 0n, entry: 0n, cursor: 0, time: 0n, fees: 0n };
const LEVELS = 1;

describe("Zero values", () => {
  it("are no claim: nothing is built on, decided or paid under a head of zeros", async () => {
    const { claims, inbox } = await deployGame();
    const end = machinesTo(GENESIS, 1n, 3).at(-1);
    if (!end) throw new Error("a machine is needed");
    expect(await claims.isConfirmed(NOTHING)).to.equal(false);
    const acc = await inbox.acc(1n);
    await expect(claims.claim(NOTHING, LEVELS, acc, end, SALT, { value: CLAIM_BOND })).to.be.revertedWithCustomError(
      claims,
      "WrongParentStatus",
    );
    const moves = [
      () => claims.challenge(NOTHING, { value: CHALLENGE_BOND }),
      () => claims.defend(NOTHING, [ZERO_HASH], { value: DEFEND_BOND }),
      () => claims.settle(NOTHING, ZeroAddress),
      () => claims.confirm(NOTHING),
      () => claims.voidClaim(NOTHING),
      () => claims.collectClaimBond(NOTHING),
      () => claims.collectSeatBond(NOTHING, ZeroAddress),
      () => claims.collectLineBond(NOTHING, ZeroAddress),
    ];
    for (const [i, move] of moves.entries())
      await expect(move(), `move ${i}`).to.be.revertedWithCustomError(claims, "WrongStatus");
  });

  it("are no accumulator: a claim past the Inbox cannot pass by the zero that stands there", async () => {
    const { claims, inbox, genesis } = await deployGame();
    const entry = (await inbox.length()) + 1n;
    expect(await inbox.acc(entry)).to.equal(ZERO_HASH);
    const beyond = { ...GENESIS, entry };
    await expect(claims.claim(genesis, LEVELS, ZERO_HASH, beyond, SALT, { value: CLAIM_BOND }))
      .to.be.revertedWithCustomError(claims, "EntryPastInbox")
      .withArgs(entry, entry - 1n);
  });

  it("are no trace, no segment and no picker", async () => {
    const { game, head, proposer, seat, truth, trace, segment } = await startDispute({ levels: 3 });
    const { claims } = game;
    await claims.connect(proposer).defend(head, sent(trace(ROOT, truth)));
    const pre = truth(0);
    const last = pathOf(1, 1);
    const whole = segment(last, 1, truth);
    const zeros = { start: ZERO_HASH, root: ZERO_HASH, left: ZERO_HASH, right: ZERO_HASH };
    for (const given of [whole, { ...whole, ...zeros }])
      await expect(
        claims.prove(head, proposer.address, last, 1, given, pre, mockWitness(pre)),
      ).to.be.revertedWithCustomError(claims, "TraceMismatch");
    await expect(claims.connect(seat).pick(head, proposer.address, pathOf(1), 1)).to.be.revertedWithCustomError(
      claims,
      "NoTrace",
    );
    const answer = claims.connect(proposer).answer(head, pathOf(2), whole, [whole.right]);
    await expect(answer).to.be.revertedWithCustomError(claims, "NotPicked");
    await expect(claims.connect(seat).pick(head, ZeroAddress, ROOT, 1)).to.be.revertedWithCustomError(
      claims,
      "LineNotAlive",
    );
  });

  it("are no state: nothing is paid from a root of zeros, even one that was confirmed", async () => {
    const world = await freshBridge();
    await fundEth(world, 3n);
    const [exit] = numbered([{ ...ETH, amount: 3n, recipient: world.recipient.address as Hex }]);
    if (!exit) throw new Error("an exit is needed");
    const { bridge } = world;
    await expect(bridge.finalizeExit(NOTHING, NOBODY, exit, [])).to.be.revertedWithCustomError(bridge, "NotConfirmed");
    const empty = { ...NOBODY, nextObject: 2 };
    await expect(bridge.finalizeExit(await confirm(world, empty), empty, exit, []))
      .to.be.revertedWithCustomError(bridge, "ExitNotInState")
      .withArgs(0, 0);
    const zero = { ...empty, nextExit: 1n };
    await expect(
      bridge.finalizeExit(await confirm(world, zero), zero, exit, [ZERO_HASH]),
    ).to.be.revertedWithCustomError(bridge, "ProofMismatch");
  });

  it("are no entry and no records: the step finds neither where nothing is", async () => {
    const step = await deployStep();
    const state = tree();
    const place = inBatch(encodeBatch([new Uint8Array(40)]), 0, NOW);
    const witness = packWitness(place, state, []);
    const run = (pre: ReturnType<typeof machine>, accAfter: string) =>
      step.harness.measure.staticCall(step.verifier, { ...stepCase(pre, place, witness), accAfter }, 0n);
    await expect(run(machine(state, 0), ZERO_HASH)).to.be.revertedWithCustomError(step.verifier, "WrongEntry");
    // A step that opens a record must show it under the machine's root: one of zeros has none.
    const opened = packWitness(place, state, [612_345]);
    const pre = { ...machine(state, 0), stateRoot: ZERO_HASH };
    await expect(
      step.harness.measure.staticCall(step.verifier, stepCase(pre, place, opened), 0n),
    ).to.be.revertedWithCustomError(step.verifier, "WrongStateRoot");
    expect(machineHash(pre)).not.to.equal(ZERO_HASH);
  });
});
