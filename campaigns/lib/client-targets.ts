/** A node's answers as the SDK reads them, over HTTP and a WebSocket: values as the types say, or errors with a code. */
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { type LakhClient, createLakhClient } from "@lakh/sdk";
import { expect } from "chai";
import { WebSocketServer } from "ws";

import type { Random } from "../../test/support/random.ts";
import { mutateJson, mutateText } from "./mutate.ts";
import { type WireTarget, codeOf } from "./targets.ts";

const HASH = `0x${"11".repeat(32)}` as const;
const ADDRESS = `0x${"12".repeat(20)}` as const;

const head = { entry: "7", acc: HASH, stateRoot: HASH, time: "5" };
const machine = { stateRoot: HASH, nextObject: 2, nextExit: "0", entry: "7", cursor: 0, time: "5", fees: "1" };
const session = { key: ADDRESS, expiry: "9", mask: 3, budget: "4", objects: [5] };
const holdings = [{ key: 1, facet: 0, object: 1, amount: "1000" }];
const account = { index: 3, owner: ADDRESS, signerKind: 0, nonceBase: "0", nextNonce: "1", session, holdings };
const reserves = { reserve0: "1", reserve1: "2", totalShares: "3", lastTime: "4", cumulative0: "5", cumulative1: "6" };
const pool = { index: 5, asset0: 1, asset1: 2, fee: 3000, tag: HASH, ...reserves };
const receipt = { entry: "7", position: 1, time: "5", outcome: 0, accBefore: HASH, itemHash: HASH, sequencer: ADDRESS };
const exit = { number: "2", token: ADDRESS, shift: 9, amount: "1", recipient: ADDRESS, entry: "7" };
const header = { kind: 0, time: "5", a: "3", b: "0", hash: HASH };
const items = [{ outcome: 0, name: "Ok", itemHash: HASH, envelope: {} }];
const entry = { entry: "7", header, accBefore: HASH, acc: HASH, items, l1Block: 4, l1Transaction: HASH };
const places = { inbox: ADDRESS, bridge: ADDRESS, claims: ADDRESS, stepVerifier: ADDRESS, feeRecipient: ADDRESS };
const info = { chainId: 1, ...places, sequencer: ADDRESS, mode: "follower", minFee: "0", version: "1" };

/** A good answer, and what asks for it. */
const QUESTIONS: readonly (readonly [unknown, (client: LakhClient) => Promise<unknown>])[] = [
  [info, (client) => client.chainInfo()],
  [{ unsafe: head, safe: head, finalized: head }, (client) => client.heads()],
  [{ ...machine, hash: HASH }, (client) => client.getMachine(7n)],
  [account, (client) => client.getAccount(3)],
  [pool, (client) => client.getPool(5)],
  [[pool, pool], (client) => client.listPools()],
  [{ index: 1, token: ADDRESS, shift: 9 }, (client) => client.getAsset(1)],
  [{ ...receipt, signature: HASH }, (client) => client.getReceipt(HASH)],
  [exit, (client) => client.getExit(2n)],
  [[exit], (client) => client.exitsOf(ADDRESS)],
  [{ machine, siblings: [HASH, HASH] }, (client) => client.getExitProof(2n, 7n)],
  [entry, (client) => client.getEntry(7n)],
  [[3, 4], (client) => client.accountsOf(ADDRESS)],
  [{ amount: "5" }, (client) => client.quote({ pool: 5, verb: "swapExactIn0", amount: 1n })],
  [{ outcome: 0, name: "Ok" }, (client) => client.simulate("0x00")],
];

const REFUSALS = [
  { code: -32001, message: "x", data: { outcome: 5, name: "NonceUsed" } },
  { code: -32002, message: "x", data: { fee: "1", minFee: "2" } },
  { code: -32006, message: "x" },
];

/** An answer made bad, or an error made bad. */
function spoilt(result: unknown, id: unknown, random: Random): string {
  const content = random.chance(0.8) ? { result } : { error: random.pick(REFUSALS) };
  const good = { jsonrpc: "2.0", id, ...content };
  const text = JSON.stringify(random.chance(0.1) ? good : mutateJson(good, random));
  return random.chance(0.2) ? mutateText(text, random) : text;
}

/** No NaN, and nothing that is not there. A decoded envelope is given as the node gave it: its type is unknown. */
function expectWhole(value: unknown): void {
  if (typeof value === "number") expect(value).to.satisfy(Number.isSafeInteger);
  else if (typeof value === "object" && value !== null)
    for (const [name, field] of Object.entries(value)) if (name !== "envelope") expectWhole(field);
}

function overHttp(server: Server, url: string): WireTarget {
  let answer = "";
  server.on("request", (request, response) => {
    request.resume();
    request.on("end", () => response.end(answer));
  });
  return {
    name: "answer to a client",
    inputs: 100,
    try: (random) => {
      const [good, ask] = random.pick(QUESTIONS);
      answer = spoilt(good, 1, random);
      return codeOf(async () => expectWhole(await ask(createLakhClient({ rpcUrl: url }))));
    },
  };
}

/** Whatever is said on a socket, the client's process lives, and the next answer is read. */
async function overSocket(server: Server, url: string): Promise<{ target: WireTarget; close(): void }> {
  const heads = { unsafe: head, safe: head, finalized: head };
  let before: readonly string[] = [];
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) =>
    socket.on("message", (message: Buffer) => {
      const { id, method } = JSON.parse(message.toString("utf8")) as { id: number; method: string };
      for (const text of before) socket.send(text);
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, result: method === "lakh_subscribe" ? "0x1" : heads }));
    }),
  );
  const client = createLakhClient({ rpcUrl: url.replace("http", "ws") });
  let complaints = 0;
  await client.subscribe({ onHeads: expectWhole, onError: () => complaints++ });
  const target: WireTarget = {
    name: "message on a client's socket",
    inputs: 100,
    try: async (random) => {
      complaints = 0;
      const notification = { jsonrpc: "2.0", params: { subscription: "0x1", result: heads } };
      before = Array.from({ length: 1 + random.below(3) }, () =>
        random.chance(0.5)
          ? mutateText(JSON.stringify(mutateJson(notification, random)), random)
          : spoilt(heads, 1 + random.below(500), random),
      );
      const code = await codeOf(() => client.heads());
      before = [];
      expectWhole(await client.heads());
      return complaints > 0 ? "complained" : code;
    },
  };
  const close = (): void => sockets.clients.forEach((socket) => socket.terminate());
  return { target, close };
}

export async function openClientTargets(): Promise<{ targets: WireTarget[]; close(): void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const socket = await overSocket(server, url);
  const targets = [overHttp(server, url), socket.target];
  const close = (): void => {
    socket.close();
    server.closeAllConnections();
    server.close();
  };
  return { targets, close };
}
