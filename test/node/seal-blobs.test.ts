/** Sealing for blobs: committed to in another thread, while the sequencer goes on with everything but the open entry. */
import { KzgThread, packBlobs, versionedHashes } from "@lakh/da";
import { Fault, type LakhNode, type SequencerConfig, adviseData, sealedEntries, sendEnvelopes } from "@lakh/node";
import { EntryKind, type Hex, Outcome, blobsHash } from "@lakh/protocol";
import { CodedError } from "@lakh/service";
import { expect } from "chai";
import { Wallet } from "ethers";

import { developmentKey } from "../agents/wire.ts";
import { type Placed, StreamClient } from "../pipeline/client.ts";
import { serve } from "../pipeline/stage.ts";
import { kzg as loaded } from "../support/blobs.ts";
import { type World, cleanUp, deposit, newWorld, onCleanUp, openSequencer, person } from "./world.ts";
import { post, settle, signed, tempDir, transfer } from "./world.ts";

const alice = person(1);
const SEAL_BYTES = 3_000;

interface Stage {
  readonly world: World;
  readonly node: LakhNode;
  readonly dir: string;
}

/** A sequencer whose entries go into blobs. */
async function start(more: Partial<SequencerConfig> = {}, kzg?: KzgThread): Promise<Stage> {
  const world = await newWorld();
  const dir = await tempDir();
  const node = await openSequencer(world, dir, { maxUnpostedBytes: 1 << 26, ...more }, {}, undefined, kzg);
  await deposit(world, alice.address, 1_000_000n);
  await deposit(world, person(2).address, 5n);
  await settle(node);
  await post(world, node);
  await settle(node);
  node.sequencer?.advise("blobs", 1);
  return { world, node, dir };
}

const envelopes = (node: LakhNode, from: number, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => signed(node, alice.key, 2, BigInt(from + i), [transfer(3, 1n)]));

/** Every sealed entry is in blobs, and its header says the hash that the batcher's transaction will have. */
async function expectBlobs(node: LakhNode): Promise<number> {
  const sealed = await sealedEntries(node, 1, 1000);
  for (const { entry, kind } of sealed) {
    const { header, payload } = await node.entry(entry);
    expect([kind, header.kind]).to.deep.equal(["blobs", EntryKind.Blobs]);
    expect(header.hash).to.equal(blobsHash(versionedHashes(loaded, packBlobs(payload as Uint8Array))));
  }
  return sealed.length;
}

/** A thread that fails while it is told to. */
class FailingKzg extends KzgThread {
  isFailing = true;
  override versionedHashes(blobs: readonly Uint8Array[]): Promise<Hex[]> {
    return this.isFailing ? Promise.reject(new Error("no answer")) : super.versionedHashes(blobs);
  }
}

describe("node > sealing for blobs", function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  it("seals at its size, and refuses nothing that comes meanwhile by JSON-RPC", async () => {
    const { node, world } = await start({ sealBytes: SEAL_BYTES });
    const all = envelopes(node, 0, 240);
    const quarters = [0, 60, 120, 180].map((from) => all.slice(from, from + 60));
    const results = await Promise.all(quarters.map((items) => sendEnvelopes(node, items)));
    const receipts = results.flat().map((result) => ("receipt" in result ? result.receipt : undefined));
    expect(receipts).not.to.include(undefined);
    world.clock.milliseconds += 1_000;
    await settle(node);
    expect(await expectBlobs(node)).to.be.at.least(4);
    for (const receipt of receipts) expect(receipt?.accBefore).to.equal(node.accAt(receipt?.entry ?? 0));
    expect(new Set(receipts.map((one) => `${one?.entry}/${one?.position}`)).size).to.equal(all.length);
  });

  it("seals at its size, and refuses nothing that comes meanwhile by the stream", async () => {
    const { node } = await start({ sealBytes: SEAL_BYTES });
    const { client } = await StreamClient.connect(await serve(node));
    onCleanUp(() => client.close());
    const all = envelopes(node, 0, 240);
    const outcomes: Placed[] = [];
    for (let from = 0; from < all.length; from += 60) {
      const frames = [0, 20, 40].map((at) => all.slice(from + at, from + at + 20));
      const results = await Promise.all(frames.map((items) => client.submit(items)));
      outcomes.push(...results.flatMap((result) => result.outcomes));
    }
    expect(outcomes.every(({ code }) => code === Outcome.Ok)).to.equal(true);
    await node.sequencer?.seal();
    expect(await expectBlobs(node)).to.be.at.least(3);
    for (const { entry, accBefore } of outcomes) expect(accBefore).to.equal(node.accAt(entry));
  });

  it("serves others while it commits, and lets nothing come between a seal and what it is for", async () => {
    const { node, world } = await start();
    const [first, second] = [envelopes(node, 0, 30), envelopes(node, 30, 30)];
    await sendEnvelopes(node, first);
    await deposit(world, person(3).address, 7n); // a slice of its own, behind the open entry
    let turns = 0;
    let isSettled = false;
    const turn = (): void => {
      turns++;
      if (!isSettled) setImmediate(turn);
    };
    setImmediate(turn);
    const sealing = settle(node).finally(() => (isSettled = true));
    const meanwhile = await sendEnvelopes(node, second);
    await sealing;
    expect(turns).to.be.greaterThan(2);
    expect(meanwhile.every((result) => "receipt" in result)).to.equal(true);
    const kinds = (await sealedEntries(node, 1, 10)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "queue")).to.have.length(1);
    for (const result of meanwhile)
      if ("receipt" in result) expect(result.receipt.accBefore).to.equal(node.accAt(result.receipt.entry));
  });

  it("is busy while KZG fails, keeps what it promised, and seals once it works again", async () => {
    const kzg = new FailingKzg();
    onCleanUp(() => kzg.close());
    const { node, world } = await start({ sealBytes: SEAL_BYTES }, kzg);
    const [receipts] = [await sendEnvelopes(node, envelopes(node, 0, 30))];
    world.clock.milliseconds += 1_000;
    const fault: unknown = await node.step().catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(CodedError).and.include({ code: "KzgFailed", severity: "retry" });
    const refused = await sendEnvelopes(node, envelopes(node, 30, 60));
    for (const result of refused)
      if ("fault" in result) expect(result.fault).to.be.instanceOf(Fault).with.property("fault", "Busy");
    kzg.isFailing = false;
    await settle(node);
    const [sealed] = await sealedEntries(node, 1, 1);
    const [promised] = receipts;
    expect(promised !== undefined && "receipt" in promised && promised.receipt.entry).to.equal(sealed?.entry);
    await expectBlobs(node);
  });

  it("seals for blobs what was open when the process ended", async () => {
    const { node, world, dir } = await start();
    await sendEnvelopes(node, envelopes(node, 0, 5));
    await node.close();
    const again = await openSequencer(world, dir);
    await settle(again);
    expect(await expectBlobs(again)).to.equal(1);
  });

  it("takes no advice for blobs without c-kzg", async () => {
    const kzg = new KzgThread({ isPortable: true });
    onCleanUp(() => kzg.close());
    const { node, world } = await start({}, kzg);
    node.sequencer?.advise("calldata", 1);
    const text = `Lakh data mode blobs from entry 1, Inbox ${world.deployment.inbox.toLowerCase()}`;
    const signature = (await new Wallet(developmentKey(0)).signMessage(text)) as Hex;
    const fault: unknown = await adviseData(node, "blobs", 1, signature).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(Fault).with.property("fault", "InvalidParams");
    expect(node.sequencer?.nextMode).to.equal("calldata");
  });
});
