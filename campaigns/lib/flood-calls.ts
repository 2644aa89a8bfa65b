/** A flood of JSON-RPC: far more calls than allowed, huge bodies and frames, too many sockets, silence, slow readers. */
import { toHex } from "@lakh/protocol";
import { expect } from "chai";
import WebSocket from "ws";

import type { Random } from "../../test/support/random.ts";
import type { Tally } from "./campaign.ts";
import { httpClient, openSilent, openSocket } from "./crowd.ts";
import type { FloodPlan } from "./flood-plan.ts";
import { pause } from "./pause.ts";

/** Addresses of the flood; the honest users' are others. */
const FLOOD_ADDRESSES = 4;
/** WebSockets that one address opens. */
const SOCKETS = 300;
const SLOW_MILLISECONDS = 1000;
/** Times that the slow reader asks for all sealed entries: megabytes, more than a socket's buffers hold. */
const VIEWS = 10;
/** Ten times what the rate lets through at once, which is two seconds' worth; about so many calls are in a request. */
const WAVE_SECONDS = 20;
const AN_ARRAY = 20;

/** One wave of everything. */
export async function floodCalls(plan: FloodPlan, random: Random, tally: Tally): Promise<void> {
  const addresses = Array.from({ length: FLOOD_ADDRESSES }, (_, i) => `127.0.0.${2 + i}`);
  await Promise.all([
    ...addresses.map((address) => floodRate(plan, address, random, tally)),
    floodHuge(plan, addresses[0] as string, tally),
    floodSockets(plan, addresses[1] as string, tally),
    floodSilent(plan, addresses[2] as string, tally),
    floodSlow(plan, "127.0.2.1", tally),
  ]);
}

/** Calls far beyond the rate: rubbish, costly reads, batches too long. */
async function floodRate(
  { port, maxBatch, callsPerSecond }: FloodPlan,
  address: string,
  random: Random,
  tally: Tally,
): Promise<void> {
  const client = httpClient(port, address);
  const call = (method: string, ...params: unknown[]) => ({ jsonrpc: "2.0", id: 1, method, params });
  const bodies = [
    () => "{",
    () => JSON.stringify(call("lakh_sendEnvelope", toHex(random.bytes(100)))),
    () => JSON.stringify(call("lakh_simulate", toHex(random.bytes(200)))),
    () => JSON.stringify(Array.from({ length: maxBatch }, () => call("lakh_getEntry", 0))),
    () => JSON.stringify(Array.from({ length: maxBatch + 1 }, () => call("lakh_heads"))),
  ];
  const answers = await Promise.all(
    Array.from({ length: (WAVE_SECONDS * callsPerSecond) / AN_ARRAY }, () =>
      client.post(random.pick(bodies)()).catch(() => undefined),
    ),
  );
  for (const answer of answers) {
    const codes = [JSON.parse(answer?.text ?? "null") as unknown].flat() as ({ error?: { code: number } } | null)[];
    for (const one of codes)
      tally.count("call of the flood", one?.error === undefined ? "answered" : `error ${one.error.code}`);
  }
  client.close();
}

/** Bodies and frames longer than allowed. */
async function floodHuge({ port, maxRequestBytes }: FloodPlan, address: string, tally: Tally): Promise<void> {
  const client = httpClient(port, address);
  const huge = " ".repeat(10 * maxRequestBytes);
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
async function floodSockets({ port, maxAddressConnections }: FloodPlan, address: string, tally: Tally): Promise<void> {
  const opened = await Promise.all(Array.from({ length: SOCKETS }, () => openSocket(port, address).catch(() => 0)));
  for (const socket of opened) {
    tally.count("socket", typeof socket === "number" ? `refused ${socket}` : "open");
    if (typeof socket !== "number") socket.terminate();
  }
  const held = opened.filter((socket) => typeof socket !== "number").length;
  expect(held, "sockets beyond the limit").to.be.at.most(maxAddressConnections);
}

/** Connections that never finish their request. */
async function floodSilent({ port }: FloodPlan, address: string, tally: Tally): Promise<void> {
  const silent = await openSilent(port, address, 200);
  tally.count("half a request and silence", "held", silent.length);
  await pause(100);
  for (const socket of silent) socket.destroy();
}

/** A reader that subscribes, asks for much and reads nothing: it is cut off. */
async function floodSlow({ port }: FloodPlan, address: string, tally: Tally): Promise<void> {
  const socket = await openSocket(port, address).catch(() => 0);
  if (typeof socket === "number") {
    tally.count("slow reader", `refused ${socket}`);
    return;
  }
  socket.pause();
  for (let id = 0; id < VIEWS && socket.readyState === WebSocket.OPEN; id++)
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "lakh_sealedEntries", params: [0] }));
  await pause(SLOW_MILLISECONDS);
  socket.resume();
  const closed = await Promise.race([
    new Promise<string>((resolve) => socket.on("close", () => resolve("cut off"))),
    new Promise<string>((resolve) => setTimeout(() => resolve("served within the backlog"), 300)),
  ]);
  tally.count("slow reader", closed);
  socket.terminate();
}
