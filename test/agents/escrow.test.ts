/** Invariant 2 of the design, whole: everything the Bridge holds stands somewhere, on L2 or in the queue, after each step. */
import { Bridge__factory, Inbox__factory } from "@lakh/bindings";
import { createTruth } from "@lakh/node";
import {
  ETH_ASSET,
  type Address,
  assetTag,
  compactExitProof,
  decodeQueueItem,
  fromHex,
  ZERO_ADDRESS,
} from "@lakh/protocol";
import { expect } from "chai";
import type { Result } from "ethers";

import { totals } from "../engine/conservation.ts";
import { envelopeItem, openRollup, WINDOWS, type Rollup } from "./rollup.ts";

const ETH = assetTag(ZERO_ADDRESS, 9);

/** Units of ETH that L2, the queue and credits account for, and those in escrow. */
async function bothSides(rollup: Rollup, creditors: readonly string[]): Promise<{ owed: bigint; escrow: bigint }> {
  const { provider, deployment } = rollup;
  const bridge = Bridge__factory.connect(deployment.bridge, provider);
  const inbox = Inbox__factory.connect(deployment.inbox, provider);
  const node = await rollup.follower();
  await createTruth(node).refresh();
  let owed = totals(node.engine).get(ETH) ?? 0n;
  for (let n = 0n; n < node.engine.machine().nextExit; n++)
    if (await bridge.isFinalized(n)) owed -= node.engine.exit(n)?.amount ?? 0n;
  for (const creditor of creditors) owed += await bridge.credit(creditor, ZERO_ADDRESS, 9);
  const included = await inbox.included();
  for (const { args } of await inbox.queryFilter(inbox.filters.QueueItem)) {
    const item = args.index < included ? undefined : decodeQueueItem(fromHex(args.item));
    if (item?.kind === "deposit") owed += item.amount;
  }
  await node.close();
  return { owed, escrow: await bridge.escrow(ZERO_ADDRESS, 9) };
}

/** A struct of an event as an object: ethers' own results cannot be encoded again. */
function plain<T>(result: T): T {
  return (result as Result).toObject() as T;
}

describe("escrow", () => {
  it("equals what is owed after every step: deposit, inclusion, trade, exit, payment, credit", async () => {
    const rollup = await openRollup(4);
    const { walletOf, deposit, postQueue, postBatch, networkHelpers, claims, deployment, provider } = rollup;
    const [alice, bob] = [walletOf("alice"), walletOf("bob")];
    const refuses = deployment.inbox; // takes no ETH: its payment becomes a credit
    const bridge = Bridge__factory.connect(deployment.bridge, await provider.getSigner(0));
    const check = async (what: string, expected: bigint): Promise<void> => {
      const sides = await bothSides(rollup, [refuses]);
      expect(sides, what).to.deep.equal({ owed: expected, escrow: expected });
    };

    await check("nothing yet", 0n);
    await deposit(alice.address, 100_000n);
    await check("a deposit in the queue", 100_000n);
    await deposit(bob.address, 5_000n);
    await postQueue();
    await check("deposits included", 105_000n);
    await deposit(bob.address, 77n);
    await check("one included, one waiting", 105_077n);
    await postQueue();

    const node = await rollup.follower();
    await createTruth(node).refresh();
    const [from, to] = [alice, bob].map(({ address }) => node.engine.accountsOf(address.toLowerCase() as Address)[0]);
    if (from === undefined || to === undefined) throw new Error("the deposits made no accounts");
    const exit = (party: string, amount: bigint) =>
      ({ verb: "withdraw", object: ETH_ASSET, party: party.toLowerCase() as Address, amount }) as const;
    const pay = { verb: "transfer", object: ETH_ASSET, object2: to, amount: 40n } as const;
    await postBatch(
      Uint8Array.of(
        ...envelopeItem(node, alice.privateKey, from, 0n, [pay]),
        ...envelopeItem(node, alice.privateKey, from, 1n, [exit(bob.address, 600n)]),
        ...envelopeItem(node, alice.privateKey, from, 2n, [exit(refuses, 900n)]),
        ...envelopeItem(node, alice.privateKey, from, 3n, [exit(refuses, 10n ** 9n)]), // more than there is
      ),
    );
    await check("transfers and exits", 105_077n);

    const proposer = await rollup.proposer("proposer");
    await proposer.step();
    await networkHelpers.time.increase(WINDOWS.challengeSeconds);
    for (let i = 0; i < 4; i++) await proposer.step();
    const [made] = await claims.queryFilter(claims.filters.ClaimMade((await claims.latestConfirmed()).id));
    if (made === undefined) throw new Error("no confirmed claim");
    const { head, end } = made.args;
    await createTruth(node).refresh();
    const finalize = async (number: bigint): Promise<void> => {
      const record = node.engine.exit(number);
      if (record === undefined) throw new Error(`no exit ${number}`);
      const { token, shift, amount, recipient } = record;
      const siblings = compactExitProof(node.engine.exitProof(number).siblings, number, end.nextExit);
      const paid = await bridge.finalizeExit(
        plain(head),
        plain(end),
        { number, token, shift, amount, recipient },
        siblings,
        {
          gasLimit: 1_000_000,
        },
      );
      await paid.wait();
    };
    await finalize(0n);
    await check("an exit paid", 105_077n - 600n);
    await finalize(1n);
    expect(await bridge.credit(refuses, ZERO_ADDRESS, 9)).to.equal(900n);
    await check("an exit that became a credit", 105_077n - 600n);
    await node.close();
  });
});
