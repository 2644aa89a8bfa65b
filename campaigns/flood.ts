/** A flood on a sequencer's RPC: calls beyond every limit, huge frames, silent connections, slow readers; one honest user. */
import { type LakhNode, type RpcServer, sendEnvelopes, serveRpc } from "@lakh/node";
import { toHex } from "@lakh/protocol";
import { createRegistry, silentLog } from "@lakh/service";
import { expect } from "chai";
import WebSocket from "ws";

import {
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
} from "../test/node/world.ts";
import { Random } from "../test/support/random.ts";
import type { Campaign, Tally } from "./lib/campaign.ts";
import { httpClient, openSilent, openSocket, percentile } from "./lib/crowd.ts";
import { main } from "./lib/main.ts";

const LIMITS = {
  host: "127.0.0.1",
  port: 0,
  maxRequestBytes: 100_000,
  maxBatch: 20,
  callsPerSecond: 100,
  maxConnections: 50,
  maxAddressConnections: 15,
  maxSubscriptions: 4,
  maxBacklogBytes: 1 << 16,
  requestMilliseconds: 30_000,
  corsOrigins: [],
};
/** Addresses of the flood; the honest user's is another. */
const FLOOD_ADDRESSES = 4;
const HONEST = "127.0.1.1";
/** Calls of each address in a wave: ten times what the limit lets through at once. */
const CALLS = 10 * 2 * LIMITS.callsPerSecond;
const HONEST_CALLS = 40;
const SLOW_MILLISECONDS = 1000;
const LONG_ENTRIES = 3;
const ENVELOPES_AN_ENTRY = 40;
/** Views that the slow reader asks for; more than a socket's buffers hold. */
const VIEWS = 190;
/** The honest user's 99th percentile, in all. */
const MOST_MILLISECONDS = 2000;
/** What a campaign may add to the heap, in all. */
const MOST_HEAP_BYTES = 200 << 20;

export const flood: Campaign = {
  name: "flood",
  promise: "a flood is cut at the limits; an honest user is served within bounds, and memory stays flat",
  open: async () => {
    const world = await newWorld();
    const node = await openSequencer(world, await tempDir(), { receiptCapacity: 1000 });
    for (const number of [1, 2]) await deposit(world, person(number).address, 1_000_000_000n);
    await settle(node);
    await post(world, node);
    await settle(node);
    const rpc = await serveRpc(LIMITS, {
      node,
      log: silentLog(),
      nowMilliseconds: () => performance.now(),
      health: () => ({ healthy: true, lastGoodStep: null, fault: null }),
      registry: createRegistry("node"),
    });
    let nonce = 0n;
    // Entries whose view is long, for readers that do not read.
    for (let i = 0; i < LONG_ENTRIES; i++) {
      const envelopes = Array.from({ length: ENVELOPES_AN_ENTRY }, () =>
        signed(node, person(1).key, 2, nonce++, [transfer(3, 1n)]),
      );
      await sendEnvelopes(node, envelopes);
      world.clock.milliseconds += 1000;
      await settle(node);
    }
    const waits: number[] = [];
    const heapBytes = (): number => process.memoryUsage().heapUsed;
    const before = heapBytes();
    return {
      play: async (seed, tally) => {
        const random = new Random(seed);
        const wave = floodWave(rpc, random, tally);
        nonce = await serveHonest(rpc, node, nonce, waits, tally);
        await wave;
        world.clock.milliseconds += 1000;
        await settle(node);
        await post(world, node);
        await settle(node);
      },
      figures: () => {
        const p99 = percentile(waits, 0.99);
        const grown = heapBytes() - before;
        if (p99 > MOST_MILLISECONDS) throw new Error(`the honest user's p99 was ${Math.round(p99)} ms`);
        if (grown > MOST_HEAP_BYTES) throw new Error(`the heap grew by ${grown} bytes`);
        return [
          `honest user: p50 ${percentile(waits, 0.5).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms of ${waits.length} envelopes`,
          `heap: ${(before / 2 ** 20).toFixed(0)} MiB before, ${(heapBytes() / 2 ** 20).toFixed(0)} MiB after`,
        ];
      },
      close: async () => {
        await rpc.close();
        await cleanUp();
      },
    };
  },
};

/** The honest user's envelopes, one after the other; each gets its receipt. */
async function serveHonest(
  { port }: RpcServer,
  node: LakhNode,
  firstNonce: bigint,
  waits: number[],
  tally: Tally,
): Promise<bigint> {
  const client = httpClient(port, HONEST);
  let nonce = firstNonce;
  for (let i = 0; i < HONEST_CALLS; i++) {
    const envelope = toHex(signed(node, person(1).key, 2, nonce++, [transfer(3, 1n)]));
    const started = performance.now();
    const { text } = await client.post(
      JSON.stringify({ jsonrpc: "2.0", id: 1, method: "lakh_sendEnvelope", params: [envelope] }),
    );
    waits.push(performance.now() - started);
    const { result, error } = JSON.parse(text) as { result?: object; error?: { code: number } };
    expect(error?.code, "the honest user is refused").to.equal(undefined);
    tally.count("honest envelope", result === undefined ? "no receipt" : "receipt");
  }
  client.close();
  return nonce;
}

async function floodWave(rpc: RpcServer, random: Random, tally: Tally): Promise<void> {
  const addresses = Array.from({ length: FLOOD_ADDRESSES }, (_, i) => `127.0.0.${2 + i}`);
  await Promise.all([
    ...addresses.map((address) => floodCalls(rpc, address, random, tally)),
    floodHuge(rpc, addresses[0] as string, tally),
    floodSockets(rpc, addresses[1] as string, tally),
    floodSilent(rpc, addresses[2] as string, tally),
    floodSlow(rpc, "127.0.2.1", tally),
  ]);
}

/** Calls far beyond the rate: rubbish, costly reads, batches too long. */
async function floodCalls({ port }: RpcServer, address: string, random: Random, tally: Tally): Promise<void> {
  const client = httpClient(port, address);
  const call = (method: string, ...params: unknown[]) => ({ jsonrpc: "2.0", id: 1, method, params });
  const bodies = [
    () => "{",
    () => JSON.stringify(call("lakh_sendEnvelope", toHex(random.bytes(100)))),
    () => JSON.stringify(call("lakh_simulate", toHex(random.bytes(200)))),
    () => JSON.stringify(Array.from({ length: LIMITS.maxBatch }, () => call("lakh_getEntry", 0))),
    () => JSON.stringify(Array.from({ length: LIMITS.maxBatch + 1 }, () => call("lakh_heads"))),
  ];
  const answers = await Promise.all(
    Array.from({ length: CALLS / 20 }, () => client.post(random.pick(bodies)()).catch(() => undefined)),
  );
  for (const answer of answers) {
    const codes = [JSON.parse(answer?.text ?? "null") as unknown].flat() as ({ error?: { code: number } } | null)[];
    for (const one of codes)
      tally.count("call of the flood", one?.error === undefined ? "answered" : `error ${one.error.code}`);
  }
  client.close();
}

/** Bodies and frames longer than allowed. */
async function floodHuge({ port }: RpcServer, address: string, tally: Tally): Promise<void> {
  const client = httpClient(port, address);
  const huge = " ".repeat(10 * LIMITS.maxRequestBytes);
  for (let i = 0; i < 5; i++) {
    const answer = await client.post(huge).catch(() => undefined);
    tally.count("huge body", answer === undefined ? "cut" : `status ${answer.status}`);
    if (answer?.status === 200) throw new Error("a huge body was taken");
  }
  client.close();
  const socket = await openSocket(port, address).catch(() => 0);
  if (typeof socket === "number") {
    tally.count("huge frame", `refused ${socket}`);
    return;
  }
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  socket.send(huge);
  tally.count("huge frame", `closed with ${await closed}`);
}

/** More sockets than are allowed. */
async function floodSockets({ port }: RpcServer, address: string, tally: Tally): Promise<void> {
  const opened = await Promise.all(
    Array.from({ length: 4 * LIMITS.maxConnections }, () => openSocket(port, address).catch(() => 0)),
  );
  for (const socket of opened) {
    tally.count("socket", typeof socket === "number" ? `refused ${socket}` : "open");
    if (typeof socket !== "number") socket.terminate();
  }
  const held = opened.filter((socket) => typeof socket !== "number").length;
  expect(held, "sockets beyond the limit").to.be.at.most(LIMITS.maxConnections);
}

/** Connections that never finish their request. */
async function floodSilent({ port }: RpcServer, address: string, tally: Tally): Promise<void> {
  const silent = await openSilent(port, address, 200);
  tally.count("half a request and silence", "held", silent.length);
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (const socket of silent) socket.destroy();
}

/** A reader that subscribes, asks for much and reads nothing: it is cut off. */
async function floodSlow({ port }: RpcServer, address: string, tally: Tally): Promise<void> {
  const socket = await openSocket(port, address).catch(() => 0);
  if (typeof socket === "number") {
    tally.count("slow reader", `refused ${socket}`);
    return;
  }
  socket.pause();
  for (let id = 0; id < VIEWS && socket.readyState === WebSocket.OPEN; id++) {
    const params = [1 + (id % LONG_ENTRIES)];
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "lakh_getEntry", params }));
  }
  await new Promise((resolve) => setTimeout(resolve, SLOW_MILLISECONDS));
  socket.resume();
  const closed = await Promise.race([
    new Promise<string>((resolve) => socket.on("close", () => resolve("cut off"))),
    new Promise<string>((resolve) => setTimeout(() => resolve("served within the backlog"), 300)),
  ]);
  tally.count("slow reader", closed);
  socket.terminate();
}

if (import.meta.main) await main(flood);
