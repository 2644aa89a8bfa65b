/** New nodes that start from a peer's snapshot, on the real contracts: the peer is believed in nothing that L1 does not say. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { packBlobs } from "@lakh/da";
import { snapshotChecksum, takeSnapshot } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";
import { LakhNode, type NodeConfig, createTruth } from "@lakh/node";
import { type Address, ZERO_ADDRESS, ZERO_HASH, encodeBatch, toHex } from "@lakh/protocol";
import { CodedError, silentLog } from "@lakh/service";
import { expect } from "chai";
import type { Result } from "ethers";

import { serveBeacon, serveNode } from "../node/serve.ts";
import { HandClock, cleanUp, kzg, onCleanUp, settle, tempDir } from "../node/world.ts";
import { sendBlobs } from "../support/blobs.ts";
import { seededBytes } from "../support/random.ts";
import { type Rollup, WINDOWS, openRollup, rubbish } from "./rollup.ts";

const BATCH = encodeBatch([seededBytes("one", 40), seededBytes("two", 1000)]);
const BLOBS = packBlobs(BATCH);
const CONFIRMED = 3;
const kernels = await loadKernels("portable");

async function open(rollup: Rollup, more: Partial<NodeConfig>): Promise<LakhNode> {
  const { deployment, provider } = rollup;
  const store = {
    rangeBlocks: 7,
    finalityBlocks: 1,
    snapshotItems: 1e9,
    snapshotKeep: 2,
    undoBytes: 2 ** 28,
    snapshotOffers: 2,
  };
  const deps = { l1: provider, kernels, kzg, log: silentLog(), clock: new HandClock() };
  const node = await LakhNode.open({ deployment, dataDir: undefined, ...store, ...more }, deps);
  onCleanUp(() => node.close());
  return node;
}

/** Deposits in entry 0, a batch in blobs in entry 1, one in calldata in entry 2; and a node that had the blobs. */
async function begin(): Promise<{ rollup: Rollup; first: LakhNode }> {
  const rollup = await openRollup(1024);
  const { inbox, provider, walletOf, networkHelpers, deposit, postQueue, postBatch } = rollup;
  for (const name of ["alice", "bob", "carol"]) await deposit(walletOf(name).address, 1_000n);
  await postQueue();
  const acc = await inbox.acc(1);
  const data = inbox.interface.encodeFunctionData("appendBlobs", [
    acc,
    await networkHelpers.time.latest(),
    BATCH.length,
  ]);
  await sendBlobs(provider, walletOf("batcher"), { to: await inbox.getAddress(), data }, BLOBS);
  await postBatch(rubbish(1));
  const beacon = await serveBeacon(() => BLOBS);
  const first = await open(rollup, { blobSources: { beaconUrl: beacon.url } });
  await settle(first);
  return { rollup, first };
}

/** A struct that ethers decoded, as it takes one. */
const plain = (head: unknown): never => (head as Result).toObject() as never;

/** Confirms a claim over all three, and appends one more entry. */
async function confirm(rollup: Rollup, first: LakhNode): Promise<void> {
  const { claims, deployment, networkHelpers, postBatch } = rollup;
  const signer = await rollup.provider.getSigner(1);
  const parent = plain(await claims.genesisHead());
  const end = await first.machineAt(CONFIRMED);
  const acc = first.accAt(CONFIRMED) ?? ZERO_HASH;
  const value = deployment.parameters.claimBondWei;
  await (await claims.connect(signer).claim(parent, 1, acc, end, ZERO_HASH, { value })).wait();
  await networkHelpers.time.increase(WINDOWS.challengeSeconds);
  const made = (await claims.queryFilter(claims.filters.ClaimMade())).at(-1);
  const head = plain(made?.args.head);
  await (await claims.connect(signer).settle(head, ZERO_ADDRESS)).wait();
  await (await claims.connect(signer).confirm(head)).wait();
  await postBatch(rubbish(2));
  await networkHelpers.mine(2);
  await settle(first);
}

/** What a liar says instead of the length offered, and of a piece. */
interface Lie {
  readonly bytes?: (bytes: number) => unknown;
  readonly piece?: (piece: string, response: ServerResponse) => string | undefined;
}

/** Another node's RPC, through somebody who changes its answers; he answers himself where a piece is undefined. */
async function serveLiar(url: string, lie: Lie): Promise<string> {
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts).toString();
      const headers = { "content-type": "application/json" };
      const answer = (await (await fetch(url, { method: "POST", headers, body })).json()) as { result?: unknown };
      const { result } = answer;
      if (typeof result === "string") {
        const piece = lie.piece === undefined ? result : lie.piece(result, response);
        if (piece === undefined) return;
        response.end(JSON.stringify({ ...answer, result: piece }));
      } else if (result === undefined) response.end(JSON.stringify(answer));
      else {
        const offer = result as { readonly bytes: number };
        response.end(
          JSON.stringify({ ...answer, result: { ...offer, bytes: lie.bytes?.(offer.bytes) ?? offer.bytes } }),
        );
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onCleanUp(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Places in a snapshot (`packages/engine/src/snapshot.ts`): the lowest byte of each. */
const [NEXT_OBJECT_AT, FEES_AT, RECORD_AT] = [76, 112, 200];
const CHECKSUM_BYTES = 32;

/** The snapshot with its lowest bit there flipped. */
function flipped(piece: string, at: number, checksummed: boolean): string {
  const bytes = Buffer.from(piece.slice(2), "hex");
  bytes.writeUInt8((bytes.at(at) ?? 0) ^ 1, at);
  const end = bytes.length - CHECKSUM_BYTES;
  if (checksummed) bytes.set(snapshotChecksum(bytes.subarray(0, end), kernels), end);
  return toHex(bytes);
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: unknown) => (error instanceof CodedError ? `${error.severity} ${error.code}` : String(error)),
  );

describe("node > a start from a peer's snapshot", function () {
  this.timeout(120_000);
  afterEach(cleanUp);

  it("ends in the peer's state where nobody has the blobs any more, and is served on from there", async () => {
    const { rollup, first } = await begin();
    await confirm(rollup, first);
    const dataDir = await tempDir();
    const second = await open(rollup, { dataDir, snapshotUrl: await serveNode(first) });
    await settle(second);
    expect(second.safeLength).to.equal(4);
    for (const entry of [3, 4]) expect(await second.machineAt(entry)).to.deep.equal(await first.machineAt(entry));
    const alice = rollup.walletOf("alice").address.toLowerCase() as Address;
    expect(second.engine.accountsOf(alice)).to.deep.equal(first.engine.accountsOf(alice));
    expect(await codeOf(second.entry(1))).to.equal("retry NotFound");
    expect(toHex((await second.entry(3)).payload as Uint8Array)).to.equal(toHex(rubbish(2)));
    const truth = createTruth(second);
    expect(await truth.machineAt(2)).to.equal(undefined);
    expect(await truth.machineAt(CONFIRMED)).to.deep.equal(await first.machineAt(CONFIRMED));

    const third = await open(rollup, { snapshotUrl: await serveNode(second) });
    await settle(third);
    expect(await third.machineAt(4)).to.deep.equal(await first.machineAt(4));

    await second.close();
    const again = await open(rollup, { dataDir });
    await settle(again);
    expect(await again.machineAt(4)).to.deep.equal(await first.machineAt(4));
  });

  it("derives from the beginning while no claim is confirmed", async () => {
    const { rollup, first } = await begin();
    const beacon = await serveBeacon(() => BLOBS);
    const sources = { blobSources: { beaconUrl: beacon.url }, snapshotUrl: await serveNode(first) };
    const second = await open(rollup, sources);
    await settle(second);
    expect(await second.machineAt(3)).to.deep.equal(await first.machineAt(3));
    expect((await second.entry(1)).payload.length).to.equal(BATCH.length);
  });

  it("is not for a sequencer", async () => {
    const { rollup } = await begin();
    const sequencer = {} as never;
    expect(await codeOf(open(rollup, { sequencer, snapshotUrl: "http://127.0.0.1:1" }))).to.equal("fatal BadConfig");
  });

  it("refuses whatever is not the state of the confirmed claim, and starts from an honest peer afterwards", async () => {
    const { rollup, first } = await begin();
    await confirm(rollup, first);
    const honest = await serveNode(first);
    const other = takeSnapshot(await first.stateAt(4));
    const lies: Record<string, Lie> = {
      "a flipped bit": { piece: (piece) => flipped(piece, RECORD_AT, false) },
      "another record, and the checksum to it": { piece: (piece) => flipped(piece, RECORD_AT, true) },
      "other fees, which no record holds, and the checksum to them": {
        piece: (piece) => flipped(piece, FEES_AT, true),
      },
      "another count of objects, and the checksum to it": { piece: (piece) => flipped(piece, NEXT_OBJECT_AT, true) },
      "another root": { bytes: () => other.length, piece: () => toHex(other) },
      "a piece cut short": { piece: (piece) => piece.slice(0, -2) },
      "a snapshot cut short": { bytes: (bytes) => bytes - 7, piece: (piece) => piece.slice(0, -14) },
      "no end by its length": { bytes: () => 2 ** 40 },
      "no end": {
        piece: (_, response) => {
          const more = (): void => {
            while (!response.destroyed && !response.closed && response.write("00".repeat(10_000)));
          };
          response.on("drain", more).write('{"result":"0x');
          more();
          return undefined;
        },
      },
      "no number": { bytes: () => "many" },
      "no bytes": { piece: () => "0xzz" },
    };
    const dataDir = await tempDir();
    for (const [what, lie] of Object.entries(lies)) {
      const snapshotUrl = await serveLiar(honest, lie);
      expect(await codeOf(open(rollup, { dataDir, snapshotUrl })), what).to.equal("fatal SnapshotRefused");
    }
    expect(await codeOf(open(rollup, { dataDir, snapshotUrl: "http://127.0.0.1:1" }))).to.equal(
      "retry PeerUnreachable",
    );
    const node = await open(rollup, { dataDir, snapshotUrl: honest });
    await settle(node);
    expect(await node.machineAt(4)).to.deep.equal(await first.machineAt(4));
  });
});
