/** Forks of L1 under what leads an exit to its money, on the real contracts. */
import { Bridge__factory } from "@lakh/bindings";
import { createTruth } from "@lakh/node";
import { type Address, ETH_ASSET, type Hex, ZERO_ADDRESS, compactExitProof } from "@lakh/protocol";
import { expect } from "chai";
import type { Result } from "ethers";

import { WINDOWS, envelopeItem, openRollup } from "../../test/agents/rollup.ts";
import type { Random } from "../../test/support/random.ts";
import { fork } from "./fork.ts";

export const PAYMENT_STAGES = ["confirmation", "payment"] as const;
export type PaymentStage = (typeof PAYMENT_STAGES)[number];

const [DEPOSITED, LEAVING] = [100_000n, 600n];
const UNIT_WEI = 10n ** 9n;

/** One fork after the other, of these depths. */
export async function forkPayment(
  stage: PaymentStage,
  depths: readonly number[],
  random: Random,
  forked: (depth: number) => void,
): Promise<void> {
  const rollup = await openRollup(4);
  const { provider, deployment, networkHelpers, walletOf, claims } = rollup;
  const bridge = Bridge__factory.connect(deployment.bridge, await provider.getSigner(0));
  const receiver = walletOf("receiver").address;
  const node = await rollup.follower();
  const truth = createTruth(node);
  await rollup.deposit(walletOf("alice").address, DEPOSITED);
  await rollup.postQueue();
  await truth.refresh();
  const [account] = node.engine.accountsOf(walletOf("alice").address.toLowerCase() as Address);
  const party = receiver.toLowerCase() as Address;
  const withdraw = { verb: "withdraw", object: ETH_ASSET, party, amount: LEAVING } as const;
  await rollup.postBatch(envelopeItem(node, walletOf("alice").privateKey, account ?? 0, 0n, [withdraw]));
  await truth.refresh();
  const proposer = await rollup.proposer("proposer");
  await proposer.step(); // claim
  await networkHelpers.time.increase(WINDOWS.challengeSeconds);
  await proposer.step(); // settle

  const confirm = async (): Promise<void> => {
    expect((await proposer.step()).did, "no confirmation").not.to.have.length(0);
  };
  const pay = async (): Promise<void> => {
    const [made] = await claims.queryFilter(claims.filters.ClaimMade((await claims.latestConfirmed()).id));
    const record = node.engine.exit(0n);
    if (made === undefined || record === undefined) throw new Error("no exit in a confirmed state");
    const { head, end } = made.args;
    const { token, shift, amount, recipient } = record;
    const siblings: Hex[] = compactExitProof(node.engine.exitProof(0n).siblings, 0n, end.nextExit);
    const exit = { number: 0n, token, shift, amount, recipient };
    const sent = await bridge.finalizeExit(plain(head), plain(end), exit, siblings, { gasLimit: 1_000_000 });
    await sent.wait();
  };
  const check = async (paid: boolean): Promise<void> => {
    const held = DEPOSITED - (paid ? LEAVING : 0n);
    expect(await bridge.isFinalized(0n)).to.equal(paid);
    expect(await bridge.escrow(ZERO_ADDRESS, 9)).to.equal(held);
    expect(await provider.getBalance(deployment.bridge)).to.equal(held * UNIT_WEI);
    expect(await provider.getBalance(receiver)).to.equal(paid ? LEAVING * UNIT_WEI : 0n);
  };

  if (stage === "payment") await confirm();
  for (const depth of depths) {
    const left = async (): Promise<void> => {
      if (stage === "confirmation") await confirm();
      if (stage === "payment" || depth > 1) await pay();
    };
    forked(await fork(rollup, depth, random, { left }));
    await truth.refresh();
    await check(false);
  }
  if (stage === "confirmation") await confirm();
  await pay();
  await check(true);
  const again: unknown = await pay().catch((error: unknown) => error);
  expect(again, "an exit was paid twice").to.be.instanceOf(Error);
  await check(true);
  await node.close();
}

/** A struct of an event as an object: ethers' own results cannot be encoded again. */
function plain<T>(result: T): T {
  return (result as Result).toObject() as T;
}
