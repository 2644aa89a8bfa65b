import { expect } from "chai";

import { receiptOf, itemHash } from "@lakh/node";
import { Outcome } from "@lakh/protocol";

import { cleanUp, openFollower, person, post, settle, signed, transfer } from "../node/world.ts";
import { StreamClient, climb, leafOf, rootSigner, signerOf, submitFrame } from "./client.ts";
import { type Stage, newStage, serve } from "./stage.ts";

const ALICE = 2;
const BOB = 3;
const REFUSED = 1008;

async function connected({ port }: Stage): Promise<StreamClient> {
  return (await StreamClient.connect(port)).client;
}

describe("pipeline > the binary stream", () => {
  afterEach(cleanUp);

  const byAlice = ({ node }: Stage, from: number, count: number): Uint8Array[] =>
    Array.from({ length: count }, (_, i) => signed(node, person(1).key, ALICE, BigInt(from + i), [transfer(BOB, 1n)]));

  it("says hello, takes envelopes, and gives receipts that the sequencer signed", async () => {
    const stage = await newStage(2);
    const { node, world, port } = stage;
    const { client, hello } = await StreamClient.connect(port);
    expect(hello).to.have.length(56);
    expect([hello[0], hello[1], hello.readBigUInt64BE(2)]).to.deep.equal([0x80, 1, 31337n]);
    expect(hello.subarray(10, 30).toString("hex")).to.equal(world.deployment.inbox.slice(2).toLowerCase());
    const sequencer = `0x${hello.subarray(30, 50).toString("hex")}`;
    expect(sequencer).to.equal(person(0).address);
    const items = byAlice(stage, 0, 70);
    const [first, second] = await Promise.all([
      client.submit(items.slice(0, 33), true),
      client.submit(items.slice(33)),
    ]);
    const { config } = node.engine;
    expect(signerOf(config, items.slice(0, 33), first)).to.equal(sequencer);
    expect(signerOf(config, items.slice(33), second)).to.equal(sequencer);
    const places = [...first.outcomes, ...second.outcomes];
    expect(places.every(({ code }) => code === 0)).to.equal(true);
    const seal = first.seal ?? expect.fail("no seal");
    first.proofs.forEach((proof, i) => {
      const leaf = leafOf(config, items[i] as Uint8Array, first.outcomes[i] as (typeof places)[number]);
      const root = climb(climb(leaf, proof), seal.path);
      expect(rootSigner(config, root, seal.signature)).to.equal(sequencer);
    });
    expect(first.proofs).to.have.length(33);
    for (const [i, item] of items.entries()) {
      const { entry, position, accBefore } = places[i] as (typeof places)[number];
      expect(await receiptOf(node, itemHash(item))).to.include({ entry, position, accBefore });
    }
    expect(node.engine.account(BOB)?.holdings[0]?.amount).to.equal(1_000_070n);
    client.close();
  });

  it("refuses one by one, and gives the same receipt for what is sent again", async () => {
    const stage = await newStage(2);
    const { node } = stage;
    const client = await connected(stage);
    const [good, next] = byAlice(stage, 0, 2) as [Uint8Array, Uint8Array];
    const forged = signed(node, person(2).key, ALICE, 5n, [transfer(BOB, 1n)]);
    const rich = signed(node, person(1).key, ALICE, 6n, [transfer(BOB, 10n ** 9n)]);
    const rubbish = Uint8Array.of(1, 2, 3);
    const first = await client.submit([good, forged, rubbish, rich, good, next]);
    const { Ok, BadSignature, Malformed, InsufficientBalance } = Outcome;
    expect(first.outcomes.map(({ code }) => code)).to.deep.equal([
      Ok,
      BadSignature,
      Malformed,
      InsufficientBalance,
      Ok,
      Ok,
    ]);
    expect(first.outcomes[4]).to.deep.equal(first.outcomes[0]);
    const items = [good, forged, rubbish, rich, good, next];
    expect(signerOf(node.engine.config, items, first)).to.equal(person(0).address);
    const again = await client.submit([next, rubbish]);
    expect(again.outcomes[0]).to.deep.equal(first.outcomes[5]);
    const nothing = await client.submit([rubbish]);
    expect(nothing).to.deep.include({ seal: undefined });
    client.close();
  });

  it("takes envelopes about objects that were made a moment before", async () => {
    const stage = await newStage(2);
    const { node } = stage;
    const client = await connected(stage);
    const open = signed(node, person(1).key, ALICE, 0n, [
      { verb: "openAccount", object: 1, party: person(7).address, amount: 5000n },
    ]);
    // The account that will be there, and whose it will be, can be known before.
    const ahead = await aheadOf(stage, open, (account) =>
      Array.from({ length: 40 }, (_, i) => [transfer(account, BigInt(1 + i))]),
    );
    const results = await Promise.all([client.submit([open]), client.submit(ahead)]);
    const codes = results.flatMap(({ outcomes }) => outcomes.map(({ code }) => code));
    expect(codes).to.deep.equal(new Array(41).fill(Outcome.Ok));
    client.close();
  });

  it("ends a connection that sends no frame, and serves the others on", async () => {
    const stage = await newStage(2);
    const item = byAlice(stage, 0, 1)[0] as Uint8Array;
    const good = submitFrame(9, [item]);
    const cut = good.subarray(0, -1);
    const frames: [string | Buffer, number][] = [
      ["text", 1],
      [Buffer.alloc(0), 1],
      [Buffer.from([2, 0, 0, 0, 0]), 1],
      [cut, 1],
      [Buffer.concat([good, Buffer.from([0])]), 1],
      [submitFrame(1, []), 1],
      [Buffer.concat([good.subarray(0, 8), Buffer.from([0x80, 0x05, 1, 2, 3, 4, 5])]), 1],
      [Buffer.concat([good.subarray(0, 8), Buffer.from([0xff]), Buffer.alloc(200)]), 1],
      [Buffer.concat([good.subarray(0, 5), Buffer.from([0x80]), good.subarray(6)]), 1],
      [submitFrame(1, new Array<Uint8Array>(2049).fill(item)), 2],
    ];
    for (const [frame, error] of frames) {
      const client = await connected(stage);
      client.sendRaw(frame);
      expect(await client.closed).to.deep.equal({ code: REFUSED, error });
    }
    const long = await connected(stage);
    long.sendRaw(Buffer.alloc((1 << 18) + 1, 1));
    expect(await long.closed).to.deep.equal({ code: 1009, error: undefined });
    const client = await connected(stage);
    expect((await client.submit([item])).outcomes[0]?.code).to.equal(Outcome.Ok);
    client.close();
  });

  it("refuses more connections than allowed, and every one on a follower", async () => {
    const stage = await newStage(1, {}, { maxConnections: 1 });
    const first = await connected(stage);
    const second = await StreamClient.connect(stage.port);
    expect(second.hello[5]).to.equal(4);
    first.close();
    const follower = await openFollower(stage.world);
    const third = await StreamClient.connect(await serve(follower));
    expect(third.hello[5]).to.equal(3);
    expect(await third.client.closed).to.deep.equal({ code: REFUSED, error: 3 });
  });

  it("leaves connections to others when one address has its share", async () => {
    const stage = await newStage(1, {}, { maxConnections: 4, maxAddressConnections: 2 });
    const codeFrom = async (address: string): Promise<number | undefined> => {
      const { client, hello } = await StreamClient.connect(stage.port, address);
      if (hello[0] === 0x80) open.push(client);
      return hello[0] === 0x80 ? undefined : hello[5];
    };
    const open: StreamClient[] = [];
    for (const expected of [undefined, undefined, 4]) expect(await codeFrom("127.0.0.2")).to.equal(expected);
    expect(await codeFrom("127.0.0.3")).to.equal(undefined);
    for (const client of open) client.close();
    await Promise.all(open.map(({ closed }) => closed));
  });

  it("waits while too much is not on L1, and goes on when it is", async () => {
    const stage = await newStage(2, { maxUnpostedBytes: 8000, sealBytes: 1100 });
    const { node, world } = stage;
    const client = await connected(stage);
    const items = byAlice(stage, 0, 150);
    await client.submit(items.slice(0, 100));
    let isDone = false;
    const waiting = client.submit(items.slice(100));
    void waiting.then(() => (isDone = true));
    await new Promise((resolve) => setTimeout(resolve, 100)); // as long as ten looks of the pipeline
    expect(isDone).to.equal(false);
    expect(node.sequencer?.unposted).to.be.within(4000, 8000);
    await node.sequencer?.seal();
    await post(world, node);
    await settle(node);
    expect((await waiting).outcomes.every(({ code }) => code === Outcome.Ok)).to.equal(true);
    client.close();
  });
});

/** Envelopes of Alice about the account that `open` will make, signed before it is there. */
async function aheadOf(
  { node }: Stage,
  open: Uint8Array,
  opsOf: (account: number) => Parameters<typeof signed>[4][],
): Promise<Uint8Array[]> {
  const account = node.engine.state.nextObject;
  const copy = await node.stateAt(node.chain.length);
  copy.openEntry(copy.machine().time);
  copy.applyEnvelope(open);
  const seen = { engine: copy } as typeof node;
  return opsOf(account).map((ops, i) => signed(seen, person(1).key, ALICE, BigInt(1 + i), ops));
}
