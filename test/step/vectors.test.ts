/** The history in `vectors/machine.json` through the step verifier: every machine and outcome, witness by witness. */
import type { StepHarness, StepVerifier } from "@lakh/bindings";
import { EntryKind, fromHex, nextQueueHash, type EntryKind as Kind, type Hex, type Machine } from "@lakh/protocol";
import { expect } from "chai";
import { network } from "hardhat";

import vectors from "../../vectors/machine.json" with { type: "json" };
import { deployFamilies } from "../support/step/deploy.ts";

interface Entry {
  readonly header: { readonly kind: number; readonly a: string | number };
  readonly accBefore: string;
  readonly accAfter: string;
  readonly queueHashBefore?: string | number;
  readonly items?: readonly string[];
  readonly steps: readonly { readonly outcome: number; readonly witness: string; readonly after: { hash: string } }[];
}

function machineOf(json: Record<string, string | number>): Machine {
  const big = (name: string): bigint => BigInt(json[name] ?? 0);
  return {
    stateRoot: json.stateRoot as Hex,
    nextObject: Number(json.nextObject),
    nextExit: big("nextExit"),
    entry: big("entry"),
    cursor: Number(json.cursor),
    time: big("time"),
    fees: big("fees"),
  };
}

describe("StepVerifier > the vectors of the machine", () => {
  it("gives each machine and outcome", async () => {
    const { config, genesis } = vectors;
    const { ethers, networkHelpers } = await network.create();
    const factory = await ethers.getContractFactory("StepHarness");
    await networkHelpers.setCode(config.inbox, await ethers.provider.getCode(await factory.deploy()));
    const harness = factory.attach(config.inbox) as unknown as StepHarness;
    const families = await deployFamilies(ethers);
    const verifier = (await ethers.deployContract("StepVerifier", [
      config.inbox,
      config.feeRecipient,
      families,
    ])) as unknown as StepVerifier;

    let pre = machineOf(genesis);
    let steps = 0;
    for (const entry of vectors.entries as unknown as Entry[]) {
      const isQueue = entry.header.kind === (EntryKind.Queue as Kind);
      let queueBefore = BigInt(entry.queueHashBefore ?? 0);
      for (const [i, { outcome, witness, after }] of entry.steps.entries()) {
        const queueAfter = isQueue ? nextQueueHash(queueBefore, fromHex(entry.items?.[i] ?? "0x")) : 0n;
        const { accBefore, accAfter } = entry;
        const one = { accBefore, accAfter, queueBefore, queueAfter, pre, witness };
        const index = isQueue ? BigInt(entry.header.a) + BigInt(i) : 0n;
        const [result] = await harness.run.staticCall(verifier, [one], [index]);
        const where = `step ${i} of entry ${pre.entry}`;
        expect([result?.postHash, result?.outcome], where).to.deep.equal([after.hash, BigInt(outcome)]);
        pre = machineOf(after as unknown as Record<string, string | number>);
        queueBefore = queueAfter;
        steps++;
      }
    }
    expect(steps).to.equal(vectors.entries.reduce((sum, { steps: all }) => sum + all.length, 0));
  });
});
