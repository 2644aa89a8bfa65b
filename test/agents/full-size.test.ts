import { concat, ETH_ASSET, type Address } from "@lakh/protocol";
import { createTruth } from "@lakh/node";
import { expect } from "chai";

import { skipUnderCoverage } from "../support/gas.ts";
import { envelopeItem, openRollup, rubbish, WINDOWS, type Rollup } from "./rollup.ts";

const FANOUT = 1024;
const ITEMS_OF_A_BATCH = 49_000;
const ITEMS = 2 + 4 * ITEMS_OF_A_BATCH + 40_001;

/** Two deposits, then five batches of rubbish; in the middle of the third stands one transfer. @returns its number in the claim */
async function post(rollup: Rollup): Promise<number> {
  const { walletOf, deposit, postQueue, postBatch, follower } = rollup;
  const [alice, bob] = [walletOf("alice"), walletOf("bob")];
  await deposit(alice.address, 1_000_000n);
  await deposit(bob.address, 1_000_000n);
  await postQueue();
  await postBatch(rubbish(ITEMS_OF_A_BATCH));
  await postBatch(rubbish(ITEMS_OF_A_BATCH));
  const node = await follower();
  for (let i = 0; i < 10 && !node.caughtUp; i++) await node.step();
  const [from, to] = [alice, bob].map(({ address }) => node.engine.accountsOf(address.toLowerCase() as Address)[0]);
  if (from === undefined || to === undefined) throw new Error("the deposits made no accounts");
  const ops = [{ verb: "transfer", object: ETH_ASSET, object2: to, amount: 1_234n } as const];
  const transfer = envelopeItem(node, alice.privateKey, from, 0n, ops);
  await postBatch(concat(rubbish(20_000), transfer, rubbish(20_000)));
  await postBatch(rubbish(ITEMS_OF_A_BATCH));
  await postBatch(rubbish(ITEMS_OF_A_BATCH));
  return 2 + 2 * ITEMS_OF_A_BATCH + 20_000;
}

/** Items of all entries, as a follower counts them. */
async function itemsOf(rollup: Rollup): Promise<number> {
  const truth = createTruth(await rollup.follower());
  await truth.refresh();
  return truth.itemsBetween(0, truth.length());
}

function kinds(did: readonly string[]): string[] {
  return did.map((line) => line.slice(0, line.indexOf(":")));
}

describe("A dispute at full size", () => {
  before(skipUnderCoverage);

  it(`beats a claim of ${ITEMS} items, one of them wrong, in five L1 transactions`, async function () {
    this.timeout(300_000);
    const rollup = await openRollup(FANOUT);
    const { claims, spent, networkHelpers, view } = rollup;
    const honestSteps = await post(rollup);
    expect(await itemsOf(rollup)).to.equal(ITEMS);
    const liar = await rollup.liar("liar", 2, honestSteps);
    const challenger = await rollup.challenger("challenger");

    const told: string[] = [];
    for (let i = 0; i < 3; i++) told.push(...kinds((await liar.step()).did), ...kinds((await challenger.step()).did));
    expect(told).to.deep.equal(["claim", "challenge", "defend", "pick", "answer", "prove"]);
    await networkHelpers.time.increase(WINDOWS.challengeSeconds + WINDOWS.defendSeconds);
    for (let i = 0; i < 3; i++) told.push(...kinds((await challenger.step()).did));
    expect(told.slice(6)).to.deep.equal(["settle", "collect", "collect", "withdraw"]);

    const [, claim] = [...(await view()).claims.values()];
    expect(claim?.status).to.equal("Refuted");
    expect(await claims.burned()).to.equal(rollup.deployment.parameters.claimBondWei / 2n);
    const fight = spent.slice(1, 6);
    expect(fight.map(({ what }) => what)).to.deep.equal(["challenge", "defend", "pick", "answer", "prove"]);
    for (const { who, what, gas } of spent) {
      console.log(`      ${what.padEnd(10)} ${who.padEnd(12)} ${String(gas).padStart(9)} gas`);
    }
    const total = fight.reduce((sum, { gas }) => sum + gas, 0n);
    console.log(`      challenge … prove: ${fight.length} L1 transactions, ${total} gas`);
  });
});
