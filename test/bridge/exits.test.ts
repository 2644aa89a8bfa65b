import { TREE_DEPTH, type Hex, ZERO_ADDRESS, ZERO_HASH, keccak256, machineHash, toHex, utf8 } from "@lakh/protocol";
import { expect } from "chai";
import { AbiCoder, keccak256 as keccakHex } from "ethers";

import { type Exit, PLACES, compactProof, exitLeaf, exitTree, rootOf } from "./exit-tree.ts";
import {
  ETH,
  GWEI,
  SHIFT,
  UNIT,
  addressOf,
  confirm,
  confirmExits,
  ethers,
  freshAddress,
  freshBridge,
  fundEth,
  fundToken,
  numbered,
  oneExit,
  stateOf,
} from "./fixture.ts";

const ALICE = freshAddress(0xa1);
const BOB = freshAddress(0xb0);
const EXIT_ABI = "tuple(uint64 number, address token, uint8 shift, uint64 amount, address recipient)";

/** An exit's id, as the specification says it. */
function exitId(exit: Exit): string {
  return keccakHex(AbiCoder.defaultAbiCoder().encode([EXIT_ABI], [exit]));
}

describe("Bridge.finalizeExit", () => {
  it("pays every exit of a state, in any order, each from its own asset's escrow", async () => {
    const world = await freshBridge();
    const { bridge, plain } = world;
    await fundEth(world, 100n);
    await fundToken(world, plain, 50n);
    const token = await addressOf(plain);
    const exits = numbered(
      Array.from({ length: 21 }, (_, i) => {
        const recipient = freshAddress(0x1000 + i);
        return i % 2 === 0 ? { ...ETH, amount: 3n, recipient } : { token, shift: SHIFT, amount: 2n, recipient };
      }),
    );
    const { head, machine, proof } = await confirmExits(world, exits);
    for (const exit of [...exits].reverse()) {
      const sent = await bridge.finalizeExit(head, machine, exit, proof(exit));
      await expect(sent)
        .to.emit(bridge, "ExitFinalized")
        .withArgs(
          exit.number,
          sameAddress(exit.recipient),
          exitId(exit),
          sameAddress(exit.token),
          exit.shift,
          exit.amount,
          true,
        );
      expect(await bridge.isFinalized(exit.number)).to.equal(true);
      if (exit.token === ZERO_ADDRESS) expect(await ethers.provider.getBalance(exit.recipient)).to.equal(3n * GWEI);
      else expect(await plain.balanceOf(exit.recipient)).to.equal(2n * UNIT);
    }
    expect(await bridge.escrow(ETH.token, ETH.shift)).to.equal(100n - 33n);
    expect(await bridge.escrow(plain, SHIFT)).to.equal(50n - 20n);
    expect(await ethers.provider.getBalance(bridge)).to.equal(67n * GWEI);
    expect(await plain.balanceOf(bridge)).to.equal(30n * UNIT);
  });

  it("pays an exit once, whatever state it is proved against", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    await fundEth(world, 100n);
    const exits = numbered([ALICE, BOB, ALICE].map((recipient) => ({ ...ETH, amount: 10n, recipient })));
    const early = await confirmExits(world, exits.slice(0, 2));
    const late = await confirmExits(world, exits);
    const [first, second, third] = exits as [Exit, Exit, Exit];
    await bridge.finalizeExit(late.head, late.machine, first, late.proof(first));
    for (const state of [early, late]) {
      await expect(bridge.finalizeExit(state.head, state.machine, first, state.proof(first)))
        .to.be.revertedWithCustomError(bridge, "AlreadyFinalized")
        .withArgs(0);
    }
    await bridge.finalizeExit(early.head, early.machine, second, early.proof(second));
    await bridge.finalizeExit(late.head, late.machine, third, late.proof(third));
    expect(await ethers.provider.getBalance(ALICE)).to.equal(20n * GWEI);
    expect(await bridge.escrow(ETH.token, ETH.shift)).to.equal(70n);
  });

  it("pays exits in every corner of the tree", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    await fundEth(world, 1_000n);
    const { machine: shape } = stateOf([]);
    const paid = new Set<bigint>();
    const sibling = (level: number, index: bigint): Hex => toHex(keccak256(utf8(`${level} ${index}`)));
    for (const [i, [number, nextExit]] of PLACES.entries()) {
      const exit: Exit = { number, ...ETH, amount: 1n, recipient: freshAddress(0x2000 + i) };
      const siblings = compactProof(sibling, number, shape.nextObject, nextExit);
      const machine = { ...shape, nextExit, stateRoot: rootOf(exit, siblings, shape.nextObject, nextExit) };
      const head = await confirm(world, machine);
      const finalize = () => bridge.finalizeExit(head, machine, exit, siblings);
      if (!paid.has(number)) {
        await finalize();
        paid.add(number);
        expect(await ethers.provider.getBalance(exit.recipient), `exit ${number} of ${nextExit}`).to.equal(GWEI);
      }
      await expect(finalize()).to.be.revertedWithCustomError(bridge, "AlreadyFinalized").withArgs(number);
    }
    // A bit is one number's own: those that differ in one bit of the number are untouched.
    for (const number of paid) {
      for (let bit = 0n; bit < 40n; bit++) {
        const other = number ^ (1n << bit);
        expect(await bridge.isFinalized(other), `exit ${other}`).to.equal(paid.has(other));
      }
    }
  });

  it("reverts when the claim is not confirmed, or its machine is another one", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    await fundEth(world, 10n);
    const { exit, head, machine, siblings } = await oneExit(world, { ...ETH, amount: 1n, recipient: ALICE });
    await expect(bridge.finalizeExit({ ...head, salt: head.machine }, machine, exit, siblings))
      .to.be.revertedWithCustomError(bridge, "NotConfirmed")
      .withArgs(head.machine);
    const other = { ...machine, fees: machine.fees + 1n };
    await expect(bridge.finalizeExit(head, other, exit, siblings))
      .to.be.revertedWithCustomError(bridge, "MachineMismatch")
      .withArgs(machineHash(other), head.machine);
  });

  it("reverts when the exit is not numbered yet: a leaf that could be there later", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    await fundEth(world, 10n);
    const exits = numbered([
      { ...ETH, amount: 1n, recipient: ALICE },
      { ...ETH, amount: 2n, recipient: ALICE },
    ]);
    const [, second] = exits as [Exit, Exit];
    const state = stateOf(exits);
    const machine = { ...state.machine, nextExit: 1n };
    const head = await confirm(world, machine);
    await expect(bridge.finalizeExit(head, machine, second, state.proof(second)))
      .to.be.revertedWithCustomError(bridge, "ExitNotInState")
      .withArgs(1, 1);
  });

  it("reverts when the number would wrap around the tree: one exit has one number", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    await fundEth(world, 10n);
    const [exit] = numbered([{ ...ETH, amount: 1n, recipient: ALICE }]) as [Exit];
    const state = stateOf([exit]);
    // Even if a false state with so many exits were confirmed.
    const machine = { ...state.machine, nextExit: 2n ** 64n - 1n };
    const head = await confirm(world, machine);
    for (const number of [2n ** 39n, 2n ** 40n, 2n ** 40n + 2n ** 39n]) {
      await expect(bridge.finalizeExit(head, machine, { ...exit, number }, state.proof(exit)))
        .to.be.revertedWithCustomError(bridge, "ExitNotInState")
        .withArgs(number, machine.nextExit);
    }
  });

  it("reverts on a proof with a sibling too few or too many", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    await fundEth(world, 10n);
    const exits = numbered([ALICE, BOB, ALICE, BOB, ALICE].map((recipient) => ({ ...ETH, amount: 1n, recipient })));
    const { head, machine, proof } = await confirmExits(world, exits);
    const exit = exits[1] as Exit;
    const good = proof(exit);
    // Three of its own node, one node beside it (exit 4), the objects.
    expect(good.length).to.equal(5);
    for (const bad of [good.slice(1), good.slice(0, -1), [...good, ZERO_HASH], [], Array<Hex>(60).fill(ZERO_HASH)]) {
      await expect(bridge.finalizeExit(head, machine, exit, bad))
        .to.be.revertedWithCustomError(bridge, "ProofLength")
        .withArgs(bad.length, 5);
    }
    await bridge.finalizeExit(head, machine, exit, good);
  });

  it("reverts when any word of the proof or any field of the exit is another", async () => {
    const world = await freshBridge();
    const { bridge, plain } = world;
    await fundEth(world, 10n);
    const exits = numbered([1n, 2n, 3n, 4n, 5n].map((amount) => ({ ...ETH, amount, recipient: BOB })));
    const { head, machine, proof } = await confirmExits(world, exits);
    const exit = exits[1] as Exit;
    const good = proof(exit);
    const mismatch = async (changed: Exit, siblings: Hex[]) => {
      await expect(bridge.finalizeExit(head, machine, changed, siblings))
        .to.be.revertedWithCustomError(bridge, "ProofMismatch")
        .withArgs(rootOf(changed, siblings, machine.nextObject, machine.nextExit), machine.stateRoot);
    };
    for (const [i, word] of good.entries()) await mismatch(exit, good.with(i, toHex(keccak256(utf8(word)))));
    await mismatch(exit, [good[1] as Hex, good[0] as Hex, ...good.slice(2)]);
    await mismatch({ ...exit, token: await addressOf(plain) }, good);
    await mismatch({ ...exit, shift: 8 }, good);
    await mismatch({ ...exit, amount: 1n }, good);
    await mismatch({ ...exit, recipient: ALICE }, good);
    await mismatch({ ...exit, number: 3n }, good);
  });

  it("takes neither an object's leaf nor a node for an exit", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    await fundEth(world, 10n);
    const exits = numbered([ALICE, BOB, ALICE, BOB, ALICE].map((recipient) => ({ ...ETH, amount: 1n, recipient })));
    const { machine, head } = await confirmExits(world, exits);
    const nodeAt = exitTree(exits, machine.nextObject);
    const exit = exits[0] as Exit;
    // An object's siblings, level by level: its leaf stands below 2^28, no exit number leads there.
    const ofObject: Hex[] = [];
    for (let level = 0, index = 1n; level < TREE_DEPTH; level++, index >>= 2n) {
      for (let child = index & ~3n; child <= (index | 3n); child++) {
        if (child !== index && nodeAt(level, child) !== ZERO_HASH) ofObject.push(nodeAt(level, child));
      }
    }
    const five = compactProof(nodeAt, 0n, machine.nextObject, machine.nextExit).length;
    await expect(bridge.finalizeExit(head, machine, exit, ofObject))
      .to.be.revertedWithCustomError(bridge, "ProofLength")
      .withArgs(ofObject.length, five);
    // A proof that starts one level up, as if the first node of four exits were a leaf.
    const fromNode = [ZERO_HASH, ZERO_HASH, ...compactProof(nodeAt, 0n, machine.nextObject, machine.nextExit).slice(2)];
    await expect(bridge.finalizeExit(head, machine, exit, fromNode)).to.be.revertedWithCustomError(
      bridge,
      "ProofMismatch",
    );
    expect(exitLeaf(exit)).to.not.equal(nodeAt(1, (2n ** 39n) >> 2n));
  });

  it("never pays more than the asset's own escrow, even for a state that lies", async () => {
    const world = await freshBridge();
    const { bridge, plain } = world;
    await fundEth(world, 5n);
    await fundToken(world, plain, 100n);
    const token = await addressOf(plain);
    const lies: [Omit<Exit, "number">, bigint][] = [
      [{ ...ETH, amount: 6n, recipient: ALICE }, 5n],
      [{ token, shift: SHIFT, amount: 101n, recipient: ALICE }, 100n],
      [{ token, shift: 0, amount: 1n, recipient: ALICE }, 0n],
      [{ ...ETH, shift: 255, amount: 1n, recipient: ALICE }, 0n],
    ];
    for (const [lie, held] of lies) {
      const { finalize } = await oneExit(world, lie);
      await expect(finalize())
        .to.be.revertedWithCustomError(bridge, "EscrowShort")
        .withArgs(sameAddress(lie.token), lie.shift, lie.amount, held);
    }
  });
});

describe("Bridge.assignExit", () => {
  it("gives the exit to another, who may pass it on; the last holder is paid", async () => {
    const world = await freshBridge();
    const { bridge, recipient, buyer, user } = world;
    await fundEth(world, 10n);
    const { exit, finalize } = await oneExit(world, { ...ETH, amount: 4n, recipient: await addressOf(recipient) });
    expect(await bridge.exitId(exit)).to.equal(exitId(exit));
    expect(await bridge.holderOf(exit)).to.equal(recipient.address);
    await expect(bridge.connect(recipient).assignExit(exit, buyer.address))
      .to.emit(bridge, "ExitAssigned")
      .withArgs(exitId(exit), recipient.address, buyer.address, 0);
    expect(await bridge.holderOf(exit)).to.equal(buyer.address);
    await expect(bridge.connect(recipient).assignExit(exit, recipient.address))
      .to.be.revertedWithCustomError(bridge, "NotHolder")
      .withArgs(recipient.address, buyer.address);
    await bridge.connect(buyer).assignExit(exit, user.address);
    const sent = await finalize();
    await expect(sent).to.changeEtherBalances(ethers, [recipient, buyer, user], [0n, 0n, 4n * GWEI]);
    await expect(bridge.connect(user).assignExit(exit, buyer.address))
      .to.be.revertedWithCustomError(bridge, "AlreadyFinalized")
      .withArgs(0);
  });

  it("holds for exactly this exit: before it is confirmed, and not for another at its number", async () => {
    const world = await freshBridge();
    const { bridge, recipient, buyer } = world;
    await fundEth(world, 20n);
    const content = { ...ETH, amount: 4n, recipient: await addressOf(recipient) };
    const promised: Exit = { number: 0n, ...content };
    await bridge.connect(recipient).assignExit(promised, buyer.address);
    // The L1 reorganised: exit 0 is smaller, and the promised content came out as number 1.
    const exits = numbered([{ ...content, amount: 3n }, content]);
    const { head, machine, proof } = await confirmExits(world, exits);
    for (const exit of exits) {
      expect(await bridge.holderOf(exit)).to.equal(recipient.address);
      await expect(bridge.finalizeExit(head, machine, exit, proof(exit))).to.changeEtherBalances(
        ethers,
        [recipient, buyer],
        [exit.amount * GWEI, 0n],
      );
    }
  });

  it("reverts for strangers and without an address", async () => {
    const { bridge, recipient, user } = await freshBridge();
    const exit: Exit = { number: 3n, ...ETH, amount: 4n, recipient: await addressOf(recipient) };
    await expect(bridge.connect(user).assignExit(exit, user.address))
      .to.be.revertedWithCustomError(bridge, "NotHolder")
      .withArgs(user.address, recipient.address);
    await expect(bridge.connect(recipient).assignExit(exit, ZERO_ADDRESS)).to.be.revertedWithCustomError(
      bridge,
      "ZeroAddress",
    );
  });
});

/** Matches an address whatever its letters' case. */
function sameAddress(expected: string): (actual: string) => boolean {
  return (actual) => actual.toLowerCase() === expected.toLowerCase();
}
