import type { MockToken, NoReturnToken } from "@lakh/bindings";
import { type Address, CAP_UNITS, ZERO_ADDRESS, addressBytes, concat, uintBytes } from "@lakh/protocol";
import { expect } from "chai";

import {
  type World,
  ETH,
  GWEI,
  SHIFT,
  UNIT,
  addressOf,
  deploy,
  deployPair,
  ethers,
  freshAddress,
  freshBridge,
  oneExit,
} from "./fixture.ts";

const OWNER = freshAddress(0xb2);
/** FickleToken's moods. */
const MOOD = { Lie: 1, Fail: 2, Refuse: 3, Steal: 8 };

describe("Bridge.listToken", () => {
  it("lists a pair once, by anyone, and enqueues the listing", async () => {
    const { bridge, inbox, user, plain } = await freshBridge();
    const item = concat(uintBytes(2, 1), addressBytes(await addressOf(plain)), uintBytes(SHIFT, 1));
    const sent = await bridge.connect(user).listToken(plain, SHIFT);
    await expect(sent)
      .to.emit(bridge, "TokenListed")
      .withArgs(await plain.getAddress(), SHIFT, 0);
    const at = (await sent.getBlock())?.timestamp ?? 0;
    await expect(sent).to.emit(inbox, "QueueItem").withArgs(0, at, item);
    expect(await bridge.isListed(plain, SHIFT)).to.equal(true);
    await expect(bridge.listToken(plain, SHIFT))
      .to.be.revertedWithCustomError(bridge, "AlreadyListed")
      .withArgs(await plain.getAddress(), SHIFT);
    await expect(bridge.listToken(plain, 36)).to.emit(bridge, "TokenListed");
    expect(await bridge.isListed(plain, 0)).to.equal(false);
  });

  it("reverts when the shift is too large, or the token has no code (ETH has none)", async () => {
    const { bridge, plain, user } = await freshBridge();
    await expect(bridge.listToken(plain, 37)).to.be.revertedWithCustomError(bridge, "ShiftTooLarge").withArgs(37, 36);
    for (const token of [ZERO_ADDRESS, user.address]) {
      await expect(bridge.listToken(token, 9)).to.be.revertedWithCustomError(bridge, "NoCode").withArgs(token);
    }
  });
});

describe("Bridge.depositETH", () => {
  it("keeps the ether, raises the escrow and enqueues the deposit", async () => {
    const { bridge, inbox, user, plain } = await freshBridge();
    await bridge.listToken(plain, SHIFT);
    const sent = await bridge.connect(user).depositETH(77, OWNER, { value: 5n * GWEI });
    const item = concat(
      ...[uintBytes(1, 1), addressBytes(ZERO_ADDRESS), uintBytes(9, 1), uintBytes(1, 4), uintBytes(77, 4)],
      ...[addressBytes(OWNER), addressBytes(user.address), uintBytes(5, 8)],
    );
    const at = (await sent.getBlock())?.timestamp ?? 0;
    await expect(sent).to.emit(inbox, "QueueItem").withArgs(1, at, item);
    await expect(sent)
      .to.emit(bridge, "Deposited")
      .withArgs(1, user.address, (owner: string) => owner.toLowerCase() === OWNER, ZERO_ADDRESS, 9, 1, 77, 5);
    await expect(sent).to.changeEtherBalances(ethers, [user, bridge], [-5n * GWEI, 5n * GWEI]);
    expect(await bridge.escrow(ETH.token, ETH.shift)).to.equal(5n);
  });

  it("reverts on nothing, on a part of a unit, and without an owner", async () => {
    const { bridge } = await freshBridge();
    await expect(bridge.depositETH(0, OWNER)).to.be.revertedWithCustomError(bridge, "ZeroAmount");
    await expect(bridge.depositETH(0, OWNER, { value: GWEI + 1n }))
      .to.be.revertedWithCustomError(bridge, "NotDivisible")
      .withArgs(GWEI + 1n, GWEI);
    await expect(bridge.depositETH(0, ZERO_ADDRESS, { value: GWEI })).to.be.revertedWithCustomError(
      bridge,
      "ZeroAddress",
    );
  });

  it("reverts past the deployment's cap, and takes the last unit below it", async () => {
    const { claims } = await freshBridge();
    const { bridge } = await deployPair(await addressOf(claims), 10n);
    await bridge.depositETH(0, OWNER, { value: 7n * GWEI });
    await expect(bridge.depositETH(0, OWNER, { value: 4n * GWEI }))
      .to.be.revertedWithCustomError(bridge, "CapExceeded")
      .withArgs(ZERO_ADDRESS, 9, 4, 3);
    await bridge.depositETH(0, OWNER, { value: 3n * GWEI });
    expect(await bridge.escrow(ETH.token, ETH.shift)).to.equal(10n);
  });
});

describe("Bridge.depositERC20", () => {
  /** Lists the token and gives the user `units` of it to deposit; the Bridge, as the user calls it. */
  async function endow({ bridge, user }: World, token: MockToken | NoReturnToken, units: bigint) {
    await bridge.listToken(token, SHIFT);
    await token.mint(user.address, units * UNIT);
    await token.connect(user).approve(bridge, units * UNIT);
    return bridge.connect(user);
  }

  it("takes exactly the amount, raises the asset's own escrow and enqueues the deposit", async () => {
    const world = await freshBridge();
    const { bridge, inbox, user, plain } = world;
    const from = await endow(world, plain, 9n);
    const sent = await from.depositERC20(plain, SHIFT, 2, 0, OWNER, 9n * UNIT);
    const item = concat(
      ...[uintBytes(1, 1), addressBytes(await addressOf(plain)), uintBytes(SHIFT, 1), uintBytes(2, 4), uintBytes(0, 4)],
      ...[addressBytes(OWNER), addressBytes(user.address), uintBytes(9, 8)],
    );
    const at = (await sent.getBlock())?.timestamp ?? 0;
    await expect(sent).to.emit(inbox, "QueueItem").withArgs(1, at, item);
    expect(await plain.balanceOf(bridge)).to.equal(9n * UNIT);
    expect(await bridge.escrow(plain, SHIFT)).to.equal(9n);
    expect(await bridge.escrow(plain, 0)).to.equal(0n);
  });

  it("adds a second deposit to what is there", async () => {
    const world = await freshBridge();
    const { bridge, plain } = world;
    const from = await endow(world, plain, 9n);
    for (const units of [5n, 4n]) await from.depositERC20(plain, SHIFT, 2, 0, OWNER, units * UNIT);
    expect(await plain.balanceOf(bridge)).to.equal(9n * UNIT);
    expect(await bridge.escrow(plain, SHIFT)).to.equal(9n);
  });

  it("takes a token that returns nothing", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    const token = await deploy<NoReturnToken>("NoReturnToken");
    const from = await endow(world, token, 4n);
    await from.depositERC20(token, SHIFT, 2, 0, OWNER, 4n * UNIT);
    expect(await bridge.escrow(token, SHIFT)).to.equal(4n);
  });

  it("reverts when the asset is not listed, has no code, or is ETH", async () => {
    const { bridge, plain, user } = await freshBridge();
    const from = bridge.connect(user);
    await expect(from.depositERC20(plain, 0, 2, 0, OWNER, 1n))
      .to.be.revertedWithCustomError(bridge, "NotListed")
      .withArgs(await plain.getAddress(), 0);
    for (const token of [ZERO_ADDRESS, user.address]) {
      await expect(from.depositERC20(token, 9, 1, 0, OWNER, GWEI))
        .to.be.revertedWithCustomError(bridge, "NoCode")
        .withArgs(token);
    }
  });

  it("reverts on amounts as depositETH does", async () => {
    const world = await freshBridge();
    const { bridge, plain } = world;
    const from = await endow(world, plain, 2n);
    const deposit = (amount: bigint, owner: Address = OWNER) => from.depositERC20(plain, SHIFT, 2, 0, owner, amount);
    await expect(deposit(0n)).to.be.revertedWithCustomError(bridge, "ZeroAmount");
    await expect(deposit(UNIT - 1n))
      .to.be.revertedWithCustomError(bridge, "NotDivisible")
      .withArgs(UNIT - 1n, UNIT);
    await expect(deposit(UNIT, ZERO_ADDRESS)).to.be.revertedWithCustomError(bridge, "ZeroAddress");
    const units = CAP_UNITS + 1n;
    await expect(deposit(units * UNIT))
      .to.be.revertedWithCustomError(bridge, "CapExceeded")
      .withArgs(await plain.getAddress(), SHIFT, units, CAP_UNITS);
  });

  it("refuses a fee on transfer", async () => {
    const world = await freshBridge();
    const { bridge } = world;
    const token = await deploy<MockToken>("FeeToken");
    const from = await endow(world, token, 100n);
    await expect(from.depositERC20(token, SHIFT, 2, 0, OWNER, 100n * UNIT))
      .to.be.revertedWithCustomError(bridge, "WrongDelta")
      .withArgs(await token.getAddress(), 100n * UNIT, 99n * UNIT);
  });

  it("refuses a token that says true and moves nothing, and one that takes from the Bridge", async () => {
    const world = await freshBridge();
    const { bridge, fickle } = world;
    const from = await endow(world, fickle, 9n);
    await from.depositERC20(fickle, SHIFT, 2, 0, OWNER, 5n * UNIT);
    for (const mood of [MOOD.Lie, MOOD.Steal]) {
      await fickle.setMood(mood);
      await expect(from.depositERC20(fickle, SHIFT, 2, 0, OWNER, 2n * UNIT))
        .to.be.revertedWithCustomError(bridge, "WrongDelta")
        .withArgs(await fickle.getAddress(), 2n * UNIT, 0);
    }
    expect(await bridge.escrow(fickle, SHIFT)).to.equal(5n);
  });

  it("refuses a token that says false, and passes on a revert", async () => {
    const world = await freshBridge();
    const { bridge, fickle } = world;
    const from = await endow(world, fickle, 1n);
    await fickle.setMood(MOOD.Fail);
    await expect(from.depositERC20(fickle, SHIFT, 2, 0, OWNER, UNIT))
      .to.be.revertedWithCustomError(bridge, "SafeERC20FailedOperation")
      .withArgs(await fickle.getAddress());
    await fickle.setMood(MOOD.Refuse);
    await expect(from.depositERC20(fickle, SHIFT, 2, 0, OWNER, UNIT)).to.be.revertedWithCustomError(fickle, "Refused");
  });

  it("refuses to be re-entered by the token, through every function that moves money", async () => {
    const world = await freshBridge();
    const { bridge, fickle } = world;
    const from = await endow(world, fickle, 2n);
    const token = await fickle.getAddress();
    const { calldata: finalizing } = await oneExit(world, { ...ETH, amount: 1n, recipient: OWNER });
    const calls = [
      finalizing,
      bridge.interface.encodeFunctionData("listToken", [token, 0]),
      bridge.interface.encodeFunctionData("depositETH", [0, OWNER]),
      bridge.interface.encodeFunctionData("depositERC20", [token, SHIFT, 2, 0, OWNER, UNIT]),
      bridge.interface.encodeFunctionData("withdrawCredit", [token, SHIFT, OWNER]),
      bridge.interface.encodeFunctionData("retryCredit", [OWNER, token, SHIFT]),
    ];
    for (const call of calls) {
      await fickle.setHook(bridge, call);
      await expect(from.depositERC20(fickle, SHIFT, 2, 0, OWNER, UNIT)).to.be.revertedWithCustomError(
        bridge,
        "ReentrancyGuardReentrantCall",
      );
    }
    expect(await bridge.escrow(fickle, SHIFT)).to.equal(0n);
  });
});
