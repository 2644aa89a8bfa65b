/**
 * The flooding process: holds a crowd of connections, then floods the binary stream until its input ends.
 *
 * Told by the first line of standard input (`FloodPlan`); what comes of it are lines of standard output (`FloodWord`).
 */
import { type Socket, connect } from "node:net";
import { createInterface } from "node:readline";

import { OUTCOMES, fromHex } from "@lakh/protocol";
import WebSocket from "ws";

import { StreamClient, submitFrame } from "../../test/pipeline/client.ts";
import { Random } from "../../test/support/random.ts";
import { Tally } from "./campaign.ts";
import { openSocket } from "./crowd.ts";
import { floodCalls } from "./flood-calls.ts";
import type { FloodPlan, FloodWord } from "./flood-plan.ts";

/** Connections of one address of the crowd. */
const OF_ADDRESS = 200;
/** Opened at once. */
const AT_ONCE = 200;
const FRAME = 500;
const SIGNATURE = 64;
/** Submissions of a flooder under way. */
const UNDER_WAY = 8;
const FORGERS = 2;
/** Bytes that wait in a client that is not read: it sends no more. */
const HELD_BACK_BYTES = 1 << 22;
const RATE_LIMITED = 0xf1;

const say = (word: FloodWord): void => void process.stdout.write(`${JSON.stringify(word)}\n`);
const nameOf = (code: number): string => (code === RATE_LIMITED ? "RateLimited" : (OUTCOMES[code]?.name ?? `${code}`));

const tally = new Tally();
let isOver = false;

/** Half of the crowd are WebSockets, half connections on which nothing is said. */
async function openCrowd({ port, connections }: FloodPlan): Promise<(WebSocket | Socket)[]> {
  const open = async (i: number): Promise<WebSocket | Socket | undefined> => {
    const address = 2 + Math.floor(i / OF_ADDRESS);
    const localAddress = `127.3.${address >> 8}.${address & 0xff}`;
    if (i % 2 === 0) {
      const socket = await openSocket(port, localAddress).catch(() => 0);
      return typeof socket === "number" ? undefined : socket;
    }
    return new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port, localAddress });
      socket.on("connect", () => resolve(socket));
      socket.on("error", () => resolve(undefined));
    });
  };
  const held: (WebSocket | Socket)[] = [];
  let refused = 0;
  for (let from = 0; from < connections; from += AT_ONCE) {
    const many = Math.min(AT_ONCE, connections - from);
    const opened = await Promise.all(Array.from({ length: many }, (_, i) => open(from + i)));
    for (const one of opened)
      if (one === undefined) refused++;
      else held.push(one);
  }
  say({ kind: "open", held: held.length, refused });
  return held;
}

/** Submits frames, some at once, as long as the flood goes on; counts outcomes. */
async function flood(port: number, address: string, what: string, next: () => Uint8Array[]): Promise<void> {
  const { client } = await StreamClient.connect(port, address);
  const one = async (): Promise<void> => {
    while (!isOver) {
      const result = await Promise.race([client.submit(next()), client.closed]);
      if ("error" in result) return;
      for (const { code } of result.outcomes) tally.count(what, nameOf(code));
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, one));
  client.close();
}

/** Says what is no submission, in every way; each is ended with its code. */
async function floodBadFrames({ port, maxFrameBytes, maxItems }: FloodPlan, random: Random): Promise<void> {
  const frames = {
    "huge frame": () => Buffer.alloc(2 * maxFrameBytes),
    "frame of too many items": () => submitFrame(1, new Array<Uint8Array>(maxItems + 1).fill(Uint8Array.of(1))),
    "frame of random bytes": () => Buffer.from(random.bytes(1 + random.below(1000))),
    "frame that ends early": () => submitFrame(1, [random.bytes(100)]).subarray(0, 50),
    "frame of text": () => "submit",
  };
  while (!isOver)
    for (const [what, frame] of Object.entries(frames)) {
      const { client } = await StreamClient.connect(port, "127.4.0.1");
      client.sendRaw(frame());
      const { code, error } = await client.closed;
      tally.count(what, error === undefined ? `closed with ${code}` : `error ${error}`);
    }
}

/** Sends and sends and never reads a result, until TCP holds it back. */
async function floodUnread({ port }: FloodPlan, items: readonly Uint8Array[]): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/stream`, { localAddress: "127.4.0.2" });
  await new Promise((resolve) => socket.once("message", resolve));
  socket.on("error", () => undefined);
  socket.pause();
  const frame = submitFrame(1, items.slice(0, FRAME), true);
  let sent = 0;
  while (!isOver && socket.readyState === WebSocket.OPEN) {
    if (socket.bufferedAmount < HELD_BACK_BYTES) {
      socket.send(frame);
      sent++;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  tally.count("client that reads no result", socket.bufferedAmount >= HELD_BACK_BYTES ? "held back" : "let run");
  tally.count("frame of a client that reads no result", "sent", sent);
  socket.terminate();
}

/** More connections of the stream than there may be. */
async function floodConnections({ port, streamConnections }: FloodPlan): Promise<void> {
  const opened = await Promise.all(
    Array.from({ length: 2 * streamConnections }, () => StreamClient.connect(port, "127.4.0.3")),
  );
  for (const { client, hello } of opened) {
    tally.count("connection of the stream", hello[0] === 0xff ? `error ${hello[5]}` : "open");
    client.close();
  }
}

async function main(plan: FloodPlan): Promise<void> {
  const random = new Random(plan.seed);
  const items = plan.envelopes.map(fromHex);
  const honest = fromHex(plan.honest);
  const crowd = await openCrowd(plan);
  let at = 0;
  const forge = (): Uint8Array[] =>
    Array.from({ length: FRAME }, () => {
      const forged = honest.slice();
      forged.set(random.bytes(SIGNATURE), forged.length - SIGNATURE);
      return forged;
    });
  const forgeries = forge();
  const inOrder = (): Uint8Array[] => Array.from({ length: FRAME }, () => items[at++ % items.length] as Uint8Array);
  await Promise.all([
    ...Array.from({ length: FORGERS }, (_, i) =>
      flood(plan.port, `127.4.1.${i + 1}`, "forged envelope", () => forgeries),
    ),
    flood(plan.port, "127.4.2.1", "envelope of one account", inOrder),
    floodBadFrames(plan, random),
    floodUnread(plan, items),
    floodConnections(plan),
    floodCalls(plan, new Random(plan.seed + 1), tally),
  ]);
  const held = crowd.filter((one) => (one instanceof WebSocket ? one.readyState === WebSocket.OPEN : !one.destroyed));
  tally.count("silent connection", "still held at the end", held.length);
  tally.count("silent connection", "closed by the server", crowd.length - held.length);
  say({ kind: "tally", rows: tally.rows });
  for (const one of crowd)
    if (one instanceof WebSocket) one.terminate();
    else one.destroy();
}

const lines = createInterface({ input: process.stdin });
let running: Promise<void> | undefined;
lines.on("line", (line) => (running ??= main(JSON.parse(line) as FloodPlan)));
lines.on("close", () => {
  isOver = true;
  void running?.then(() => process.exit(0));
});
