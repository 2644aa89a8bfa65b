import { expect } from "chai";

import { Fault, type LakhNode, sealedEntries, sendEnvelope, sendEnvelopes } from "@lakh/node";
import type { SequencerConfig } from "@lakh/node";

import {
  type World,
  cleanUp,
  deposit,
  newWorld,
  openSequencer,
  person,
  post,
  settle,
  signed,
  tempDir,
  transfer,
} from "./world.ts";

const alice = person(1);

async function start(more: Partial<SequencerConfig>): Promise<{ world: World; node: LakhNode }> {
  const world = await newWorld();
  const node = await openSequencer(world, await tempDir(), more);
  await deposit(world, alice.address, 1_000_000n);
  await deposit(world, person(2).address, 5n);
  await settle(node);
  await post(world, node);
  await settle(node);
  return { world, node };
}

const envelopes = (node: LakhNode, from: bigint, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => signed(node, alice.key, 2, from + BigInt(i), [transfer(3, 10n)]));

describe("node > sealing", () => {
  afterEach(cleanUp);

  it("seals at its size, and no entry is larger", async () => {
    const { node } = await start({ sealBytes: 300 });
    const results = await sendEnvelopes(node, envelopes(node, 0n, 10));
    expect(results.every((result) => "receipt" in result)).to.equal(true);
    const sealed = await sealedEntries(node, 1, 10);
    expect(sealed.length).to.be.at.least(2);
    for (const { data } of sealed) expect((data?.length ?? 0) / 2 - 1).to.be.within(1, 300);
  });

  it("seals at its age, by the clock that it is given", async () => {
    const { world, node } = await start({ sealMilliseconds: 500 });
    await sendEnvelopes(node, envelopes(node, 0n, 1));
    world.clock.milliseconds += 499;
    await settle(node);
    expect(await sealedEntries(node, 1, 10)).to.deep.equal([]);
    world.clock.milliseconds += 1;
    await settle(node);
    expect(await sealedEntries(node, 1, 10)).to.have.length(1);
  });

  it("gives entries the time of L1's head, and never an earlier one than before", async () => {
    const { world, node } = await start({});
    const [first] = envelopes(node, 0n, 1);
    const receipt = await sendEnvelope(node, first as Uint8Array);
    expect(Number(receipt.time)).to.equal(await world.networkHelpers.time.latest());
    await world.networkHelpers.time.increase(100);
    const [second] = envelopes(node, 1n, 1);
    expect((await sendEnvelope(node, second as Uint8Array)).time).to.equal(receipt.time); // the entry is open already
  });

  it("is busy while too much waits for L1, and free again afterwards", async () => {
    const { world, node } = await start({ maxUnpostedBytes: 250 });
    const results = await sendEnvelopes(node, envelopes(node, 0n, 5));
    const busy = results.filter((result) => "fault" in result);
    expect(busy.length).to.be.at.least(2);
    for (const { fault } of busy) expect(fault).to.be.instanceOf(Fault).with.property("fault", "Busy");
    world.clock.milliseconds += 1000;
    await settle(node);
    await post(world, node);
    await settle(node);
    const next = await sendEnvelopes(node, envelopes(node, BigInt(5 - busy.length), 1));
    expect("receipt" in (next[0] ?? {})).to.equal(true);
  });

  it("refuses what would not be Ok without a trace of it", async () => {
    const { node } = await start({});
    const [good] = envelopes(node, 0n, 1);
    const late = signed(node, alice.key, 2, 1n, [transfer(3, 10n)], { validUntil: 1n });
    const before = node.engine.account(2);
    const fault: unknown = await sendEnvelope(node, late).catch((error: unknown) => error);
    expect((fault as Fault).data).to.include({ name: "Expired", validUntil: 1n });
    expect(node.engine.account(2)).to.deep.equal(before);
    expect((await sendEnvelope(node, good as Uint8Array)).position).to.equal(0);
  });
});
