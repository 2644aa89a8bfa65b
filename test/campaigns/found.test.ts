/** What the campaign of bytes has found: each of these was a crash, a hang, or an error without a code. */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { ZERO_HASH, concat, uintBytes } from "@lakh/protocol";
import { BadResponseError, type StreamSocket, createLakhClient, openStream, webSocket } from "@lakh/sdk";
import { fileJournal } from "@lakh/service";
import { expect } from "chai";
import { WebSocketServer } from "ws";

import { openJournal } from "../../packages/cli/src/deploy/journal.ts";
import { connectPeer } from "../../packages/node/src/snapshot/peer.ts";
import { archiveBlobs } from "../../packages/node/src/l1/blob-sources.ts";
import { Archive } from "../../packages/node/src/store/archive.ts";
import { Results } from "../../packages/node/src/store/results.ts";
import { FieldWriter } from "../../packages/node/src/store/fields.ts";
import { helloFrame } from "../../packages/node/src/stream/frames.ts";
import { codeOf } from "../../campaigns/lib/targets.ts";
import { serve } from "../agents/wire.ts";
import { cleanUp, onCleanUp, tempDir } from "../node/world.ts";

const ADDRESS = `0x${"1b".repeat(20)}`;
const hello = helloFrame({ chainId: 1n, inbox: ADDRESS, sequencer: ADDRESS, maxFrameBytes: 4096, maxItems: 4 });

/** The client's end of a stream, and what the server says to it. */
function fakeStream() {
  let listener: (event: never) => void = () => undefined;
  const socket: StreamSocket = {
    binaryType: "blob",
    send: () => undefined,
    close: () => undefined,
    addEventListener: (type: string, given: (event: never) => void) => {
      if (type === "message") listener = given;
    },
  };
  const says = (data: unknown): void => listener({ data } as never);
  return { opening: openStream({ url: "ws://fake/stream", webSocket: () => socket }), says };
}

const buffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

async function answering(body: string): Promise<string> {
  const endpoint = await serve(async () => body);
  onCleanUp(() => endpoint.close());
  return endpoint.url;
}

/** Writes records with good checksums. */
async function recordsFile(...records: Uint8Array[]): Promise<string> {
  const path = join(await tempDir(), "records");
  const framed = records.flatMap((record) => {
    const head = concat(uintBytes(record.length, 4).reverse(), uintBytes(crc32(record), 4).reverse());
    return [head, record];
  });
  writeFileSync(path, concat(...framed));
  return path;
}

describe("found by the campaign of bytes", () => {
  afterEach(cleanUp);

  it("a stream that says a text in place of a frame: a number made the client take up as much memory", async () => {
    for (const text of ["4294967296", "1e12", "7", ""]) {
      const { opening, says } = fakeStream();
      says(text);
      expect(await codeOf(() => opening)).to.equal("LAKH_BAD_RESPONSE");
    }
  });

  it("a stream's result for another number of envelopes, or with places that it does not have", async () => {
    const refused = concat(Uint8Array.of(5), new Uint8Array(5));
    const head = (count: number, accepted: number, entries: number) =>
      concat(Uint8Array.of(0x81, 0, 0, 0, 0, 0), ...[count, accepted, entries].map((value) => uintBytes(value, 2)));
    const seal = new Uint8Array(1 + 65);
    const accepted = concat(new Uint8Array(4), uintBytes(1, 2));
    for (const result of [
      concat(head(2, 0, 0), refused, refused),
      concat(head(1, 1, 1), new Uint8Array(48), accepted, seal),
      concat(head(1, 1, 1), new Uint8Array(48), refused, seal),
    ]) {
      const { opening, says } = fakeStream();
      says(buffer(hello));
      const sent = (await opening).send([Uint8Array.of(1)]);
      says(buffer(result));
      expect(await codeOf(() => sent)).to.equal("LAKH_BAD_RESPONSE");
    }
  });

  it("a node that answers a client with null, or with something else than the fields say", async () => {
    const answers = ["null", "5", ...["null", '{"index":"x"}', "7"].map((result) => `{"result":${result}}`)];
    for (const body of answers) {
      const client = createLakhClient({ rpcUrl: await answering(body) });
      expect(await codeOf(() => client.heads()), body).to.equal("LAKH_BAD_RESPONSE");
      expect(await codeOf(() => client.listPools()), body).to.equal("LAKH_BAD_RESPONSE");
    }
  });

  it("a node that gives a client a number for a text: it was passed on", async () => {
    const url = await answering(JSON.stringify({ jsonrpc: "2.0", id: 1, result: { outcome: 0, name: 2 ** 53 } }));
    expect(await codeOf(() => createLakhClient({ rpcUrl: url }).simulate("0x00"))).to.equal("LAKH_BAD_RESPONSE");
  });

  it("a socket that says null, or no JSON: the process ended, or the request waited for ever", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const sockets = new WebSocketServer({ server });
    onCleanUp(() => sockets.clients.forEach((socket) => socket.terminate()));
    onCleanUp(() => server.close());
    let text = "";
    sockets.on("connection", (socket) => socket.on("message", () => socket.send(text)));
    const transport = webSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    for (text of ["null", "{"]) {
      const error = await transport.request("lakh_heads", []).catch((caught: unknown) => caught);
      expect(error, text).to.be.instanceOf(BadResponseError);
    }
    transport.close();
  });

  it("a peer whose answer has an error that is null, and an archive that never ends", async () => {
    const peer = connectPeer(await answering('{"result":{"bytes":-1},"error":null}'));
    expect(await codeOf(() => peer.offer(1))).to.equal("SnapshotRefused");
    const endless = archiveBlobs(await answering(`{"result":{"blobs":["${"0".repeat(1 << 26)}"]}}`));
    const error: unknown = await endless.blobs({ event: { number: 1 } } as never).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(Error);
  });

  it("an archive whose records are not in order, or that goes back to what it does not hold", async () => {
    const checkpoint = (kind: number, entries: number) =>
      new FieldWriter().byte(kind).uint(6).hash(ZERO_HASH).uint(entries).uint(0).end();
    const place = (out: FieldWriter) => out.uint(5).hash(ZERO_HASH).hash(ZERO_HASH);
    const item = place(new FieldWriter().byte(2).uint(7).uint(1)).blob(Uint8Array.of(1)).end();
    for (const record of [checkpoint(4, 2 ** 40), checkpoint(4, 1), item]) {
      const path = await recordsFile(record);
      expect(await codeOf(() => Archive.open(path))).to.equal("StoreCorrupt");
    }
  });

  it("results of an entry that is far too far away: it counted up to it", async () => {
    const result = (number: number) => new FieldWriter().uint(number).end();
    const path = await recordsFile(result(0), result(2 ** 52));
    expect(await codeOf(() => Results.open(path))).to.equal("StoreCorrupt");
  });

  it("journals that are JSON and hold something else", async () => {
    const folder = await tempDir();
    const sender = join(folder, "sender.json");
    for (const text of ["null", "{}", "[null]", '[{"nonce":1}]']) {
      writeFileSync(sender, text);
      expect(await codeOf(() => fileJournal(sender).load()), text).to.equal("BadJournal");
    }
    const identity = { chainId: 1, genesis: "0x", deployer: "0x", rules: {}, code: "0x" };
    const deploy = join(folder, "deploy");
    mkdirSync(deploy);
    writeFileSync(join(deploy, "plan.json"), "null");
    expect(await codeOf(() => openJournal(deploy, identity))).to.equal("OtherJournal");
    writeFileSync(join(deploy, "plan.json"), JSON.stringify({ firstNonce: 0, ...identity }));
    writeFileSync(join(deploy, "sent.jsonl"), 'broken\n{"nonce":1,"hash":"0x","raw":"0x"}');
    expect(await codeOf(() => openJournal(deploy, identity).sent())).to.equal("BadFile");
  });
});
