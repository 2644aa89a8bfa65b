import { createTruth } from "@lakh/node";
import { machineHash, ROOT, toPath } from "@lakh/protocol";
import { expect } from "chai";

import { openRollup, postTwoEntries, rubbish, WINDOWS } from "./rollup.ts";

function kinds(did: readonly string[]): string[] {
  return did.map((line) => line.slice(0, line.indexOf(":")));
}

describe("node > createTruth", () => {
  it("gives the machines, traces and proofs of a claim, from L1 alone", async () => {
    const rollup = await openRollup(4);
    await postTwoEntries(rollup);
    const truth = createTruth(await rollup.follower());
    await truth.refresh();
    expect(truth.length()).to.equal(2);
    expect(truth.accAt(2)).to.equal(await rollup.inbox.acc(2));
    expect(truth.accAt(3)).to.equal(undefined);
    expect(await truth.machineAt(3)).to.equal(undefined);
    expect(await truth.itemsBetween(0, 2)).to.equal(7);
    const span = { startEntry: 0, endEntry: 2, levels: 2, fanout: 4 };
    const end = await truth.machineAt(2);
    if (!end) throw new Error("no machine");
    const root = await truth.trace(span, ROOT);
    expect(root.at(-1)).to.equal(machineHash(end));
    // Each trace ends where the segment above does, and each step's proof starts where the trace says.
    for (let j = 1; j <= 2; j++) {
      const trace = await truth.trace(span, toPath(j));
      expect(trace.at(-1)).to.equal(root[j - 1]);
      for (let i = 1; i < 4; i++) {
        const { machine } = await truth.proofOf(span, 4 * (j - 1) + i);
        expect(machineHash(machine)).to.equal(trace[i - 1]);
      }
    }
    expect(await truth.proofOf(span, 9)).to.deep.equal({ machine: end, witness: "0x" });
  });

  it("follows L1 through a reorganisation", async () => {
    const rollup = await openRollup(4);
    const { postBatch, networkHelpers } = rollup;
    await postBatch(rubbish(2));
    const truth = createTruth(await rollup.follower());
    const fork = await networkHelpers.takeSnapshot();
    await postBatch(rubbish(3));
    await truth.refresh();
    const before = [truth.accAt(2), await truth.itemsBetween(0, 2)];
    await fork.restore();
    await postBatch(rubbish(4));
    await networkHelpers.mine(3);
    await truth.refresh();
    expect(before[0]).to.not.equal(truth.accAt(2));
    expect([before[1], await truth.itemsBetween(0, 2)]).to.deep.equal([5, 6]);
    expect(truth.accAt(2)).to.equal(await rollup.inbox.acc(2));
  });
});

describe("proposer and challenger on the real contracts", () => {
  it("bring a true claim to its confirmation", async () => {
    const rollup = await openRollup(1024);
    const { claims, networkHelpers, postBatch } = rollup;
    await postTwoEntries(rollup);
    const proposer = await rollup.proposer("proposer");
    const challenger = await rollup.challenger("challenger");
    expect(kinds((await proposer.step()).did)).to.deep.equal(["claim"]);
    expect((await challenger.step()).did).to.deep.equal([]);
    await networkHelpers.time.increase(WINDOWS.challengeSeconds);
    const told: string[] = [];
    for (let i = 0; i < 4; i++) told.push(...kinds((await proposer.step()).did));
    expect(told).to.deep.equal(["settle", "confirm", "collect", "withdraw"]);
    expect((await claims.latestConfirmed()).endEntry).to.equal(2n);
    await postBatch(rubbish(2));
    expect(kinds((await (await rollup.proposer("proposer")).step()).did)).to.deep.equal(["claim"]);
  });

  for (const [step, what] of ["a deposit", "a deposit", "a transfer", "a malformed item", "rubbish"].entries()) {
    it(`prove that step ${step} gives another machine: ${what}`, async () => {
      const rollup = await openRollup(4);
      await postTwoEntries(rollup);
      const liar = await rollup.liar("liar", 2, step);
      const challenger = await rollup.challenger("challenger");
      const told: string[] = [];
      for (let i = 0; i < 3; i++) told.push(...kinds((await liar.step()).did), ...kinds((await challenger.step()).did));
      expect(told).to.deep.equal(["claim", "challenge", "defend", "pick", "answer", "prove"]);
    });
  }

  it("lose nothing when L1 forgets the last moves: they are made again", async () => {
    const rollup = await openRollup(4);
    await postTwoEntries(rollup);
    const liar = await rollup.liar("liar", 2, 2);
    const challenger = await rollup.challenger("challenger");
    await liar.step();
    const fork = await rollup.networkHelpers.takeSnapshot();
    expect(kinds((await challenger.step()).did)).to.deep.equal(["challenge"]);
    await liar.step();
    await fork.restore();
    await rollup.networkHelpers.mine(3);
    const told: string[] = [];
    for (let i = 0; i < 3; i++) {
      told.push(...kinds((await challenger.step()).did));
      if (i < 2) told.push(...kinds((await liar.step()).did));
    }
    expect(told).to.deep.equal(["challenge", "defend", "pick", "answer", "prove"]);
  });
});
