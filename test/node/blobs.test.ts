/** Entries in blobs: read from whoever has them, believed by their hashes only, proved as they stand. */
import { packBlobs } from "@lakh/da";
import type { LakhNode } from "@lakh/node";
import { encodeBatch, toHex } from "@lakh/protocol";
import { CodedError } from "@lakh/service";
import { expect } from "chai";
import { BrowserProvider, Wallet } from "ethers";

import { developmentKey, serve } from "../agents/wire.ts";
import { sendBlobs } from "../support/blobs.ts";
import { seededBytes } from "../support/random.ts";
import { serveBeacon, serveNode } from "./serve.ts";
import { type World, cleanUp, newWorld, onCleanUp, openFollower as openAny, settle, tempDir } from "./world.ts";

const BATCH = encodeBatch([seededBytes("one", 40), seededBytes("two", 1000)]);

/** A batch in blobs that somebody fills in their own way: top bytes set, something behind the end. */
function loudBlobs(): Uint8Array[] {
  const [blob] = packBlobs(BATCH) as [Uint8Array];
  for (let at = 0; at < blob.length; at += 32) blob[at] = 0x5a;
  blob[blob.length - 1] = 7;
  return [blob];
}

/** A follower over a plain ethers provider: Hardhat's leaves out what blobs a transaction had. */
function openFollower(world: World, more: Parameters<typeof openAny>[1] = {}): Promise<LakhNode> {
  return openAny(world, more, new BrowserProvider(world.provider, undefined, { cacheTimeout: -1 }));
}

async function appendBlobs(world: World, blobs: readonly Uint8Array[]): Promise<void> {
  const { inbox, ethers, networkHelpers } = world;
  const now = (await networkHelpers.time.latest()) + 1;
  await networkHelpers.time.setNextBlockTimestamp(now);
  const acc = await inbox.acc(await inbox.length());
  const data = inbox.interface.encodeFunctionData("appendBlobs", [acc, now, BATCH.length]);
  await sendBlobs(ethers.provider, new Wallet(developmentKey(0)), { to: await inbox.getAddress(), data }, blobs);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: unknown) => (error instanceof CodedError ? `${error.severity} ${error.code}` : String(error)),
  );
}

/** Whether the witness of the claim's last step carries field elements of these blobs. */
async function provesLastStep(node: LakhNode, blobs: readonly Uint8Array[]): Promise<boolean> {
  const tracer = node.tracer({ startEntry: 0, endEntry: node.safeLength, levels: 1, fanout: 16 });
  const { witness } = await tracer.proof((await tracer.items()) - 1);
  const tops = Buffer.from(witness).subarray(90 + 31 * (witness[89] as number));
  return tops[0] === blobs[0]?.[0];
}

/** What a node's archive gives of entry 0. */
async function answerOf(url: string): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "lakh_entryData", params: [0] });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return ((await response.json()) as { result: unknown }).result;
}

describe("node > entries in blobs", function () {
  this.timeout(120_000);
  afterEach(cleanUp);

  for (const [name, blobs] of [
    ["as the batcher packs them", packBlobs(BATCH)],
    ["as somebody else may fill them", loudBlobs()],
  ] as const)
    it(`are read from a consensus node, ${name}, and proved`, async () => {
      const world = await newWorld();
      await appendBlobs(world, blobs);
      const beacon = await serveBeacon(() => [seededBytes("foreign", 131_072).fill(0, 0, 1), ...blobs]);
      const follower = await openFollower(world, { blobSources: { beaconUrl: beacon.url } });
      await settle(follower);
      expect(follower.safeLength).to.equal(1);
      expect(toHex((await follower.entry(0)).payload as Uint8Array)).to.equal(toHex(BATCH));
      expect(beacon.asked.at(-1)).to.equal(`/eth/v1/beacon/blobs/${await world.ethers.provider.getBlockNumber()}`);
      expect(await provesLastStep(follower, blobs)).to.equal(true);
    });

  it("are asked for by slot where the consensus node says how long one is", async () => {
    const world = await newWorld();
    await appendBlobs(world, packBlobs(BATCH));
    const beacon = await serveBeacon(() => packBlobs(BATCH), true);
    await settle(await openFollower(world, { blobSources: { beaconUrl: `${beacon.url}/?key=mine` } }));
    const slot = Math.floor(((await world.networkHelpers.time.latest()) - 1000) / 12);
    expect(beacon.asked.at(-1)).to.equal(`/eth/v1/beacon/blobs/${slot}`);
    // A key that stands in the endpoint's URL goes along with every question.
    expect(new Set(beacon.queries.map((query) => query.get("key")))).to.deep.equal(new Set(["mine"]));
    expect(beacon.queries.at(-1)?.getAll("versioned_hashes")).to.have.length(packBlobs(BATCH).length);
  });

  it("are waited for while nobody has them, or somebody gives others", async () => {
    const world = await newWorld();
    await appendBlobs(world, packBlobs(BATCH));
    const without = await openFollower(world);
    expect(await codeOf(without.step())).to.equal("retry BlobsMissing");
    let given: readonly Uint8Array[] = loudBlobs();
    const beacon = await serveBeacon(() => given);
    const follower = await openFollower(world, { blobSources: { beaconUrl: beacon.url } });
    expect(await codeOf(follower.step())).to.equal("retry BlobsMissing");
    given = packBlobs(BATCH);
    await settle(follower);
    expect(follower.safeLength).to.equal(1);
  });

  it("come from another node's archive when the consensus node has them no more", async () => {
    const world = await newWorld();
    const blobs = [packBlobs(BATCH), loudBlobs()];
    for (const some of blobs) await appendBlobs(world, some);
    const beacon = await serveBeacon(() => blobs.flat());
    const first = await openFollower(world, { blobSources: { beaconUrl: beacon.url } });
    await settle(first);
    const rpc = await serveNode(first);
    const empty = await serveBeacon(() => []);
    const second = await openFollower(world, { blobSources: { beaconUrl: empty.url, archiveUrl: rpc } });
    await settle(second);
    expect(second.safeLength).to.equal(2);
    expect(await second.machineAt(2)).to.deep.equal(await first.machineAt(2));
    expect(await provesLastStep(second, loudBlobs())).to.equal(true);
  });

  it("come in time from whoever is honest at last: a consensus node that fails or lies, an archive that lies", async () => {
    const world = await newWorld();
    const blobs = packBlobs(BATCH);
    await appendBlobs(world, blobs);
    const honest = await openFollower(world, { blobSources: { beaconUrl: (await serveBeacon(() => blobs)).url } });
    await settle(honest);
    const { data } = (await answerOf(await serveNode(honest))) as { data: string };
    let archived: unknown = { result: { data: data.replace("0x", "0x00") } }; // all bytes one place off
    const archive = await serve(async () => JSON.stringify(archived));
    onCleanUp(archive.close);
    let given: readonly Uint8Array[] = [new Uint8Array(131_072).fill(0xff)]; // not even a blob
    const beacon = await serveBeacon(() => given);
    const follower = await openFollower(world, { blobSources: { beaconUrl: beacon.url, archiveUrl: archive.url } });
    const lies: [readonly Uint8Array[], unknown][] = [
      [given, archived],
      [loudBlobs(), { error: { code: -32006, message: "pruned" } }],
      [[], { result: { blobs: loudBlobs().map(toHex) } }],
      [[new Uint8Array(7)], { result: null }],
      [Array.from({ length: 5 }, () => loudBlobs()[0] as Uint8Array), "no object"],
    ];
    for (const [lie, other] of lies) {
      [given, archived] = [lie, other];
      // After a fault fewer blocks are read at once: those before the entry go through.
      const codes = [await codeOf(follower.step()), await codeOf(follower.step())];
      expect(codes).to.include("retry BlobsMissing");
      expect(codes.every((code) => code === "none" || code === "retry BlobsMissing")).to.equal(true);
      expect(follower.safeLength).to.equal(0);
    }
    archived = { result: { data } };
    await settle(follower);
    expect(await follower.machineAt(1)).to.deep.equal(await honest.machineAt(1));
  });

  it("survive a restart with what their bytes do not give back", async () => {
    const world = await newWorld();
    await appendBlobs(world, loudBlobs());
    const beacon = await serveBeacon(loudBlobs);
    const dataDir = await tempDir();
    const node = await openFollower(world, { dataDir, blobSources: { beaconUrl: beacon.url } });
    await settle(node);
    await node.close();
    const again = await openFollower(world, { dataDir });
    await settle(again);
    expect(await provesLastStep(again, loudBlobs())).to.equal(true);
  });
});
