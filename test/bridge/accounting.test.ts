import { ZERO_ADDRESS } from "@lakh/protocol";
import { expect } from "chai";

import { seededBytes } from "../support/random.ts";
import type { Exit } from "./exit-tree.ts";
import {
  ETH,
  GWEI,
  SHIFT,
  UNIT,
  addressOf,
  confirmExits,
  ethers,
  freshBridge,
  fundEth,
  fundToken,
  numbered,
} from "./fixture.ts";

const SEED = "accounting 1";
const EXITS = 24;

describe(`Bridge accounting, seed "${SEED}"`, () => {
  it("escrow = deposits − payments = what the Bridge holds, after every move; every exit pays once", async () => {
    const world = await freshBridge();
    const { bridge, plain, receiver, recipient } = world;
    const random = [...seededBytes(SEED, 3 * EXITS + 2)];
    const next = () => random.pop() ?? 0;
    await fundEth(world, 10_000n);
    await fundToken(world, plain, 10_000n);
    const token = await addressOf(plain);
    const payees = [await addressOf(receiver), await addressOf(recipient)];
    const exits = numbered(
      Array.from({ length: EXITS }, () => ({
        ...(next() % 2 === 0 ? ETH : { token, shift: SHIFT }),
        amount: BigInt(next() + 1),
        recipient: payees[next() % 2] ?? ZERO_ADDRESS,
      })),
    );
    const { head, machine, proof } = await confirmExits(world, exits);

    let [ethUnits, tokenUnits, credited] = [10_000n, 10_000n, 0n];
    const holds = async (step: string) => {
      expect(await bridge.escrow(ETH.token, ETH.shift), step).to.equal(ethUnits);
      expect(await ethers.provider.getBalance(bridge), step).to.equal(ethUnits * GWEI);
      expect(await bridge.escrow(plain, SHIFT), step).to.equal(tokenUnits);
      expect(await plain.balanceOf(bridge), step).to.equal(tokenUnits * UNIT);
      expect(await bridge.credit(receiver, ETH.token, ETH.shift), step).to.equal(credited);
    };
    const pay = async (exit: Exit) => {
      const refuses = exit.number % 3n === 0n;
      await receiver.setMood(refuses ? 1 : 0);
      await bridge.finalizeExit(head, machine, exit, proof(exit));
      if (exit.token !== ZERO_ADDRESS) tokenUnits -= exit.amount;
      else if (refuses && exit.recipient === payees[0]) credited += exit.amount;
      else ethUnits -= exit.amount;
    };
    for (const exit of exits) {
      await pay(exit);
      await holds(`exit ${exit.number}`);
    }
    expect(credited > 0n).to.equal(true);
    for (const exit of exits) {
      await expect(bridge.finalizeExit(head, machine, exit, proof(exit)))
        .to.be.revertedWithCustomError(bridge, "AlreadyFinalized")
        .withArgs(exit.number);
    }
    await receiver.setMood(0);
    await bridge.retryCredit(receiver, ETH.token, ETH.shift);
    ethUnits -= credited;
    credited = 0n;
    await holds("retry");
  });
});
