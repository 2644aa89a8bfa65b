/** Answers of others over HTTP: of a consensus node, of another node's archive, of a peer with a snapshot. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { packBlobs, versionedHashes } from "@lakh/da";
import { takeSnapshot } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";
import { type AppendedEvent, FaultCode } from "@lakh/node";
import { EntryKind, ZERO_HASH, blobsHash, toHex } from "@lakh/protocol";
import { silentLog } from "@lakh/service";
import { expect } from "chai";

import { createBlobReader } from "../../packages/node/src/l1/blob-reader.ts";
import { archiveBlobs, beaconBlobs } from "../../packages/node/src/l1/blob-sources.ts";
import type { L1Reader } from "../../packages/node/src/l1/reader.ts";
import { checked, download } from "../../packages/node/src/snapshot/download.ts";
import { openPart } from "../../packages/node/src/snapshot/part.ts";
import { connectPeer } from "../../packages/node/src/snapshot/peer.ts";
import { PIECE_BYTES } from "../../packages/node/src/snapshot/pieces.ts";
import { config } from "../../test/engine/world.ts";
import { HandClock, kzg as thread } from "../../test/node/world.ts";
import { randomEngine } from "../../test/parity/states.ts";
import { kzg } from "../../test/support/blobs.ts";
import { Random, seededBytes } from "../../test/support/random.ts";
import { mutateJson, mutateText } from "./mutate.ts";
import { type WireTarget, codeOf } from "./targets.ts";

const kernels = await loadKernels();

/** Answers to one path after the other. */
type Give = (path: string) => { readonly status: number; readonly body: string };

interface Endpoint {
  readonly url: string;
  /** Says what is answered from now on. */
  give(answer: Give): void;
  close(): void;
}

async function openEndpoint(): Promise<Endpoint> {
  let answer: Give = () => ({ status: 404, body: "" });
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const { status, body } = answer(request.url ?? "");
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    give: (next) => {
      answer = next;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A good answer made bad, or with another status. */
function spoilt(good: unknown, random: Random): ReturnType<Give> {
  const status = random.chance(0.05) ? random.pick([204, 404, 429, 500]) : 200;
  if (random.chance(0.1)) return { status, body: mutateText(JSON.stringify(good), random) };
  return { status, body: status === 204 ? "" : JSON.stringify(random.chance(0.1) ? good : mutateJson(good, random)) };
}

/** Blobs from a consensus node or an archive: the right ones, or none. */
function blobSources(endpoint: Endpoint): WireTarget {
  const data = seededBytes("blobs", 300);
  const blobs = packBlobs(data);
  const hashes = versionedHashes(kzg, blobs);
  const header = { kind: EntryKind.Blobs, time: 7n, a: BigInt(data.length), b: 1n, hash: blobsHash(hashes) };
  const l1 = { block: 5, blockHash: ZERO_HASH, transaction: ZERO_HASH };
  const event: AppendedEvent = { kind: "entry", number: 3, header, accBefore: ZERO_HASH, acc: ZERO_HASH, l1 };
  const block = { number: 5, hash: ZERO_HASH, timestamp: 100n };
  const reader = { blobHashes: async () => hashes, block: async () => block } as unknown as L1Reader;
  const whole = blobs.map(toHex);
  return {
    name: "blobs of a beacon node or an archive",
    inputs: 60,
    try: (random) => {
      // Most are short: looking at a whole blob takes a commitment.
      const given = random.chance(0.1) ? whole : [`0x${"00".repeat(random.below(40))}`, "0x"];
      const isArchive = random.chance(0.5);
      const result = random.chance(0.5) ? { blobs: given } : { data: random.chance(0.1) ? toHex(data) : given[0] };
      const slots = { data: { genesis_time: "4", SECONDS_PER_SLOT: "12" } };
      const isSlotted = random.chance(0.2);
      endpoint.give((path) => {
        if (isArchive) return spoilt({ jsonrpc: "2.0", id: 1, result }, random);
        if (path.startsWith("/eth/v1/beacon/blobs/")) return spoilt({ data: given }, random);
        return isSlotted ? spoilt(slots, random) : { status: 404, body: "" };
      });
      const source = isArchive ? archiveBlobs(endpoint.url) : beaconBlobs(endpoint.url);
      return codeOf(async () => {
        const found = await createBlobReader({ reader, sources: [source], kzg: thread, log: silentLog() })(event);
        expect(found.map(toHex)).to.deep.equal(whole);
      });
    },
  };
}

/** A state from a peer: the claim's, or none. */
function snapshotPeer(endpoint: Endpoint): WireTarget {
  const engine = randomEngine(new Random(1));
  const bytes = takeSnapshot(engine);
  const machine = engine.machine();
  const machineHash = engine.machineHash();
  const claim = { id: ZERO_HASH, entry: Number(machine.entry), acc: ZERO_HASH, machine, machineHash };
  const offer = { entry: claim.entry, bytes: bytes.length, pieceBytes: PIECE_BYTES };
  const busy = { jsonrpc: "2.0", id: 1, error: { code: FaultCode.Busy, message: "busy" } };
  return {
    name: "snapshot of a peer",
    inputs: 60,
    try: (random) => {
      let asked = 0;
      const bad = random.below(3);
      const isBusy = random.chance(0.2);
      endpoint.give(() => {
        const number = isBusy ? asked++ - 1 : asked++;
        if (number < 0) return spoilt(busy, random);
        const good = { jsonrpc: "2.0", id: 1, result: number === 0 ? offer : toHex(bytes) };
        return number === bad ? spoilt(good, random) : { status: 200, body: JSON.stringify(good) };
      });
      return codeOf(async () => {
        const part = await openPart(undefined, claim);
        const parts = { peer: connectPeer(endpoint.url), part, clock: new HandClock(), log: silentLog() };
        await download(claim, parts);
        expect(checked(await part.read(), claim, config, kernels).machineHash()).to.equal(machineHash);
      });
    },
  };
}

export async function openAnswerTargets(): Promise<{ targets: WireTarget[]; close(): void }> {
  const [blobs, snapshots] = [await openEndpoint(), await openEndpoint()];
  const close = (): void => [blobs, snapshots].forEach((endpoint) => endpoint.close());
  return { targets: [blobSources(blobs), snapshotPeer(snapshots)], close };
}
