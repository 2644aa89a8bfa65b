import type { MockToken } from "@lakh/bindings";
import { type Address, ZERO_ADDRESS } from "@lakh/protocol";
import { expect } from "chai";

import type { Exit } from "./exit-tree.ts";
import {
  ETH,
  GWEI,
  SHIFT,
  UNIT,
  type World,
  addressOf,
  confirmExits,
  deploy,
  ethers,
  freshAddress,
  freshBridge,
  fundEth,
  fundToken,
  networkHelpers,
  numbered,
  oneExit,
} from "./fixture.ts";

/** Moods of FickleReceiver and of FickleToken. */
const RECEIVER = { Accept: 0, Refuse: 1, Bomb: 2, RefuseWithBomb: 3, Burn: 4, Heavy: 5, TooHeavy: 6 };
const TOKEN = { Honest: 0, Lie: 1, Fail: 2, Refuse: 3, Odd: 4, Bomb: 5, Burn: 6 };
const UNITS = 4n;

/** An ETH exit to the fickle receiver, with ten units in escrow. */
async function ethExit(world: World) {
  await fundEth(world, 10n);
  return oneExit(world, { ...ETH, amount: UNITS, recipient: await addressOf(world.receiver) });
}

/** An exit of the fickle token to `recipient`, with ten units in escrow. */
async function tokenExit(world: World, recipient: Address) {
  await fundToken(world, world.fickle as unknown as MockToken, 10n);
  const token = await addressOf(world.fickle);
  return oneExit(world, { token, shift: SHIFT, amount: UNITS, recipient });
}

describe("Bridge payments of ETH", () => {
  for (const mood of ["Accept", "Bomb", "Heavy"] as const) {
    it(`are delivered to a receiver that does: ${mood}`, async () => {
      const world = await freshBridge();
      const { bridge, receiver } = world;
      const { finalize } = await ethExit(world);
      await receiver.setMood(RECEIVER[mood]);
      await expect(finalize()).to.changeEtherBalances(ethers, [bridge, receiver], [-UNITS * GWEI, UNITS * GWEI]);
      expect(await bridge.credit(receiver, ETH.token, ETH.shift)).to.equal(0n);
      expect(await bridge.escrow(ETH.token, ETH.shift)).to.equal(10n - UNITS);
    });
  }

  for (const mood of ["Refuse", "RefuseWithBomb", "Burn", "TooHeavy"] as const) {
    it(`become a credit when the receiver does: ${mood}`, async () => {
      const world = await freshBridge();
      const { bridge, receiver } = world;
      const { exit, finalize } = await ethExit(world);
      await receiver.setMood(RECEIVER[mood]);
      const sent = await finalize();
      await expect(sent)
        .to.emit(bridge, "ExitFinalized")
        .withArgs(0, await receiver.getAddress(), await bridge.exitId(exit), ZERO_ADDRESS, 9, UNITS, false);
      expect((await sent.wait())?.gasUsed ?? 0n).to.be.lessThan(400_000n);
      expect(await bridge.isFinalized(0)).to.equal(true);
      expect(await bridge.credit(receiver, ETH.token, ETH.shift)).to.equal(UNITS);
      expect(await bridge.escrow(ETH.token, ETH.shift)).to.equal(10n);
    });
  }

  it("cannot be starved: with too little gas the call reverts and no credit is made", async () => {
    const world = await freshBridge();
    const { bridge, receiver } = world;
    const { finalize, calldata } = await ethExit(world);
    await receiver.setMood(RECEIVER.Heavy);
    const request = { to: await bridge.getAddress(), data: calldata };
    let refusals = 0;
    // Every gas limit from hopeless to ample: it either reverts or delivers.
    for (let gasLimit = 80_000n; gasLimit <= 400_000n; gasLimit += 5_000n) {
      const snapshot = await networkHelpers.takeSnapshot();
      const outcome = await finalize({ gasLimit }).then(
        () => "done",
        () => "reverted",
      );
      const credit = await bridge.credit(receiver, ETH.token, ETH.shift);
      const paid = await ethers.provider.getBalance(receiver);
      expect(credit, `credit at ${gasLimit} gas`).to.equal(0n);
      expect(paid, `paid at ${gasLimit} gas`).to.equal(outcome === "done" ? UNITS * GWEI : 0n);
      refusals += outcome === "reverted" ? 1 : 0;
      await snapshot.restore();
    }
    expect(refusals).to.be.greaterThan(10);
    const due = (100_000n * 64n) / 63n + 50_000n;
    await expect(ethers.provider.call({ ...request, gasLimit: 200_000n }))
      .to.be.revertedWithCustomError(bridge, "GasTooLow")
      .withArgs((left: bigint) => left < due, due);
    await finalize({ gasLimit: 400_000n });
  });

  it("need the full stipend to the last unit of gas", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    const { calldata } = await ethExit(world);
    const call = async (gasLimit: bigint) =>
      ethers.provider.call({ to: await bridge.getAddress(), data: calldata, gasLimit });
    const gas = 200_000n;
    const refused = await call(gas).then(
      () => undefined,
      (error: { data: string }) => bridge.interface.parseError(error.data),
    );
    const [left, due] = refused?.args as unknown as [bigint, bigint];
    const enough = gas + due - left;
    expect(await call(enough)).to.equal("0x");
    await expect(call(enough - 1n))
      .to.be.revertedWithCustomError(bridge, "GasTooLow")
      .withArgs(due - 1n, due);
  });

  it("cannot be re-entered: the receiver's attempt fails and becomes its credit", async () => {
    const world = await freshBridge();
    const { bridge, receiver, deployer } = world;
    await fundEth(world, 20n);
    const recipient = await addressOf(receiver);
    const exits = numbered([1n, 2n].map((amount) => ({ ...ETH, amount, recipient })));
    const { head, machine, proof } = await confirmExits(world, exits);
    const [first, second] = exits as [Exit, Exit];
    const shape = bridge.interface;
    const attacks = [
      shape.encodeFunctionData("finalizeExit", [head, machine, first, proof(first)]),
      shape.encodeFunctionData("finalizeExit", [head, machine, second, proof(second)]),
      shape.encodeFunctionData("withdrawCredit", [ETH.token, ETH.shift, deployer.address]),
      shape.encodeFunctionData("retryCredit", [recipient, ETH.token, ETH.shift]),
      shape.encodeFunctionData("depositETH", [0, recipient]),
      shape.encodeFunctionData("assignExit", [first, deployer.address]),
    ];
    for (const attack of attacks) {
      const snapshot = await networkHelpers.takeSnapshot();
      await receiver.setHook(bridge, attack);
      await bridge.finalizeExit(head, machine, first, proof(first));
      expect(await ethers.provider.getBalance(receiver)).to.equal(0n);
      expect(await bridge.credit(receiver, ETH.token, ETH.shift)).to.equal(1n);
      expect(await bridge.isFinalized(1)).to.equal(false);
      await expect(bridge.retryCredit(receiver, ETH.token, ETH.shift))
        .to.be.revertedWithCustomError(bridge, "PaymentRefused")
        .withArgs(await receiver.getAddress());
      await snapshot.restore();
    }
  });

  it("go to a contract that no longer refuses by anyone's retry, whatever gas it needs", async () => {
    const world = await freshBridge();
    const { bridge, receiver, buyer } = world;
    const { finalize } = await ethExit(world);
    await receiver.setMood(RECEIVER.TooHeavy);
    await finalize();
    await expect(bridge.connect(buyer).retryCredit(receiver, ETH.token, ETH.shift))
      .to.emit(bridge, "CreditPaid")
      .withArgs(await receiver.getAddress(), await receiver.getAddress(), ZERO_ADDRESS, 9, UNITS);
    expect(await ethers.provider.getBalance(receiver)).to.equal(UNITS * GWEI);
    expect(await bridge.escrow(ETH.token, ETH.shift)).to.equal(10n - UNITS);
    await expect(bridge.retryCredit(receiver, ETH.token, ETH.shift))
      .to.be.revertedWithCustomError(bridge, "NoCredit")
      .withArgs(await receiver.getAddress(), ZERO_ADDRESS, 9);
  });

  it("can be redirected by the credited account, and by no other", async () => {
    const world = await freshBridge();
    const { bridge, receiver, buyer } = world;
    const { finalize } = await ethExit(world);
    await receiver.setMood(RECEIVER.Refuse);
    await finalize();
    await expect(bridge.connect(buyer).withdrawCredit(ETH.token, ETH.shift, buyer.address))
      .to.be.revertedWithCustomError(bridge, "NoCredit")
      .withArgs(buyer.address, ZERO_ADDRESS, 9);
    const target = freshAddress(0xcafe);
    const redirect = (to: Address) =>
      receiver.execute(bridge, bridge.interface.encodeFunctionData("withdrawCredit", [ETH.token, ETH.shift, to]));
    await expect(redirect(ZERO_ADDRESS)).to.be.revertedWithCustomError(bridge, "ZeroAddress");
    await expect(redirect(await addressOf(receiver)))
      .to.be.revertedWithCustomError(bridge, "PaymentRefused")
      .withArgs(await receiver.getAddress());
    expect(await bridge.credit(receiver, ETH.token, ETH.shift)).to.equal(UNITS);
    await redirect(target);
    expect(await ethers.provider.getBalance(target)).to.equal(UNITS * GWEI);
    expect(await bridge.credit(receiver, ETH.token, ETH.shift)).to.equal(0n);
    await expect(redirect(target))
      .to.be.revertedWithCustomError(bridge, "NoCredit")
      .withArgs(await receiver.getAddress(), ZERO_ADDRESS, 9);
  });

  it("add up: two credits are withdrawn as one", async () => {
    const world = await freshBridge();
    const { bridge, receiver } = world;
    await fundEth(world, 20n);
    const recipient = await addressOf(receiver);
    const exits = numbered([1n, 2n].map((amount) => ({ ...ETH, amount, recipient })));
    const { head, machine, proof } = await confirmExits(world, exits);
    await receiver.setMood(RECEIVER.Refuse);
    for (const exit of exits) await bridge.finalizeExit(head, machine, exit, proof(exit));
    expect(await bridge.credit(receiver, ETH.token, ETH.shift)).to.equal(3n);
    await receiver.setMood(RECEIVER.Accept);
    await bridge.retryCredit(receiver, ETH.token, ETH.shift);
    expect(await ethers.provider.getBalance(receiver)).to.equal(3n * GWEI);
  });

  it("credit the assignee, not the recipient", async () => {
    const world = await freshBridge();
    const { bridge, receiver, recipient } = world;
    await fundEth(world, 10n);
    const content = { ...ETH, amount: UNITS, recipient: await addressOf(recipient) };
    const { exit, finalize } = await oneExit(world, content);
    await bridge.connect(recipient).assignExit(exit, receiver);
    await receiver.setMood(RECEIVER.Refuse);
    await finalize();
    expect(await bridge.credit(receiver, ETH.token, ETH.shift)).to.equal(UNITS);
    expect(await bridge.credit(recipient, ETH.token, ETH.shift)).to.equal(0n);
  });
});

describe("Bridge payments of tokens", () => {
  const ALICE = freshAddress(0xa1);

  it("are delivered by a token that returns nothing", async () => {
    const world = await freshBridge();
    const token = await deploy<MockToken>("NoReturnToken");
    await fundToken(world, token, 10n);
    const { finalize } = await oneExit(world, {
      ...{ token: await addressOf(token), shift: SHIFT },
      ...{ amount: UNITS, recipient: ALICE },
    });
    await finalize();
    expect(await token.balanceOf(ALICE)).to.equal(UNITS * UNIT);
    expect(await world.bridge.credit(ALICE, token, SHIFT)).to.equal(0n);
  });

  for (const mood of ["Fail", "Refuse", "Bomb", "Burn"] as const) {
    it(`become a credit when the token does: ${mood}; a retry pays once it is honest`, async () => {
      const world = await freshBridge();
      const { bridge, fickle } = world;
      const { finalize } = await tokenExit(world, ALICE);
      await fickle.setMood(TOKEN[mood]);
      const sent = await finalize();
      expect((await sent.wait())?.gasUsed ?? 0n).to.be.lessThan(500_000n);
      expect(await bridge.credit(ALICE, fickle, SHIFT)).to.equal(UNITS);
      expect(await bridge.escrow(fickle, SHIFT)).to.equal(10n);
      await expect(bridge.retryCredit(ALICE, fickle, SHIFT, { gasLimit: 1_000_000n }))
        .to.be.revertedWithCustomError(bridge, "PaymentRefused")
        .withArgs((to: string) => to.toLowerCase() === ALICE);
      await fickle.setMood(TOKEN.Honest);
      await bridge.retryCredit(ALICE, fickle, SHIFT);
      expect(await fickle.balanceOf(ALICE)).to.equal(UNITS * UNIT);
      expect(await bridge.escrow(fickle, SHIFT)).to.equal(10n - UNITS);
    });
  }

  it("become a credit when the token returns neither nothing nor true", async () => {
    const world = await freshBridge();
    const { bridge, fickle } = world;
    const { finalize } = await tokenExit(world, ALICE);
    await fickle.setMood(TOKEN.Odd);
    await finalize();
    expect(await bridge.credit(ALICE, fickle, SHIFT)).to.equal(UNITS);
  });

  it("become a credit when the token's code is gone: success of nothing is no payment", async () => {
    const world = await freshBridge();
    const { bridge, fickle } = world;
    const { finalize } = await tokenExit(world, ALICE);
    await networkHelpers.setCode(await fickle.getAddress(), "0x");
    await finalize();
    expect(await bridge.credit(ALICE, fickle, SHIFT)).to.equal(UNITS);
  });

  it("of a lying token hurt its own asset only", async () => {
    const world = await freshBridge();
    const { bridge, fickle, plain } = world;
    await fundEth(world, 8n);
    await fundToken(world, plain, 9n);
    const { finalize } = await tokenExit(world, ALICE);
    await fickle.setMood(TOKEN.Lie);
    await finalize();
    expect(await fickle.balanceOf(ALICE)).to.equal(0n);
    expect(await bridge.escrow(fickle, SHIFT)).to.equal(10n - UNITS);
    expect(await bridge.escrow(plain, SHIFT)).to.equal(9n);
    expect(await bridge.escrow(ETH.token, ETH.shift)).to.equal(8n);
  });

  it("cannot be re-entered by the token", async () => {
    const world = await freshBridge();
    const { bridge, fickle } = world;
    const { finalize, calldata } = await tokenExit(world, ALICE);
    await fickle.setHook(bridge, calldata);
    await finalize();
    expect(await bridge.credit(ALICE, fickle, SHIFT)).to.equal(UNITS);
    expect(await fickle.balanceOf(ALICE)).to.equal(0n);
  });

  it("cannot be starved either", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    const { calldata } = await tokenExit(world, ALICE);
    const due = (300_000n * 64n) / 63n + 50_000n;
    await expect(ethers.provider.call({ to: await bridge.getAddress(), data: calldata, gasLimit: 380_000n }))
      .to.be.revertedWithCustomError(bridge, "GasTooLow")
      .withArgs((left: bigint) => left < due, due);
  });
});
