/** A flood on a sequencer's RPC and stream: beyond every limit, by ten thousand connections; two honest users. */
import { loadKernels } from "@lakh/kernels";
import { type LakhNode, type RpcServer, openStream, serveRpc } from "@lakh/node";
import { toHex } from "@lakh/protocol";
import { createRegistry, silentLog } from "@lakh/service";
import { expect } from "chai";

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
import { StreamClient } from "../test/pipeline/client.ts";
import { STREAM } from "../test/pipeline/serve.ts";
import { RPC_LIMITS } from "../test/support/rpc-limits.ts";
import type { Campaign, Tally } from "./lib/campaign.ts";
import { httpClient, percentile } from "./lib/crowd.ts";
import { type FloodPlan, openFilesLimit } from "./lib/flood-plan.ts";
import { startFlooder } from "./lib/flooder.ts";
import { pause } from "./lib/pause.ts";
import { main } from "./lib/main.ts";

const LIMITS = {
  ...RPC_LIMITS,
  maxRequestBytes: 100_000,
  maxBatch: 20,
  callsPerSecond: 100,
  maxConnections: 6000,
  maxAddressConnections: 250,
  maxSubscriptions: 4,
  maxBacklogBytes: 1 << 16,
};
/** The stream's limits in the flood. */
const STREAM_LIMITS = { ...STREAM, maxConnections: 32, maxAddressConnections: 4, connectionBytes: 1 << 19 };
/** Silent connections that are held while the flood goes on; fewer where the process may not open so many files. */
const CONNECTIONS = 10_000;
/** Files that the flood's server has open for anything else. */
const OTHER_FILES = 2000;
/** Envelopes that an account may have accepted in a wave, and those that the flood's account sends. */
const SHARE = 400;
const FLOOD_ENVELOPES = 1000;
/** Far enough ahead that an honest user does not come to this nonce in a wave, and within the window. */
const UNUSED = 100n;
const HONEST = "127.0.1.1";
const HONEST_STREAM = "127.0.1.2";
const HONEST_CALLS = 40;
/** Pause of an honest user between two envelopes. */
const PAUSE_MILLISECONDS = 25;
/** The honest user's 99th percentile, in all. */
const MOST_MILLISECONDS = 2000;
/** What a campaign may add to the heap, in all. */
const MOST_HEAP_BYTES = 300 << 20;
/** What the process may add to its memory from the end of the first wave on. */
const MOST_GROWTH_BYTES = 300 << 20;

/** People 1 and 2 are honest, by JSON-RPC and by the stream; person 3 floods. */
const [RPC_USER, STREAM_USER, FLOODER] = [2, 3, 4];

/** @param connections silent connections that are held meanwhile */
export function floodOf(connections: number): Campaign {
  return {
    name: "flood",
    promise: "a flood is cut at the limits; honest users are served within bounds, and memory stays flat",
    open: async () => {
      const stage = await openStage();
      const { world, node, rpc } = stage;
      const crowd = Math.min(connections, openFilesLimit() - OTHER_FILES);
      const waits: Waits = { rpc: [], stream: [] };
      const next: Nonces = { rpc: 0n, stream: 0n, flood: 0n };
      const memory = (): NodeJS.MemoryUsage => process.memoryUsage();
      const before = memory();
      let first: NodeJS.MemoryUsage | undefined;
      let mostHeld = 0;
      return {
        play: async (seed, tally) => {
          const { maxFrameBytes, maxItems, maxConnections: streamConnections } = STREAM_LIMITS;
          const envelopes = Array.from({ length: FLOOD_ENVELOPES }, (_, i) =>
            toHex(signed(node, person(3).key, FLOODER, next.flood + BigInt(i), [transfer(RPC_USER, 1n)])),
          );
          const honest = toHex(signed(node, person(1).key, RPC_USER, next.rpc + UNUSED, [transfer(FLOODER, 1n)]));
          const plan: FloodPlan = {
            ...LIMITS,
            port: rpc.port,
            connections: crowd,
            envelopes,
            honest,
            maxFrameBytes,
            maxItems,
            streamConnections,
            seed,
          };
          const flooder = await startFlooder(plan);
          mostHeld = Math.max(mostHeld, flooder.held);
          tally.count("silent connection", "refused", flooder.refused);
          await Promise.all([serveHonest(rpc, node, next, waits, tally), serveStream(rpc, node, next, waits, tally)]);
          await flooder.end(tally);
          checkAnswers(tally);
          next.flood = node.engine.account(FLOODER)?.nonceBase ?? 0n;
          world.clock.milliseconds += 1000;
          await settle(node);
          await post(world, node);
          await settle(node);
          first ??= memory();
        },
        figures: () => {
          const after = memory();
          for (const [who, values] of Object.entries(waits)) {
            const p99 = percentile(values as number[], 0.99);
            if (p99 > MOST_MILLISECONDS) throw new Error(`the p99 of the honest user of ${who} was ${p99} ms`);
          }
          const heap = after.heapUsed - before.heapUsed;
          if (heap > MOST_HEAP_BYTES) throw new Error(`the heap grew by ${heap} bytes`);
          const growth = after.rss - (first ?? before).rss;
          if (growth > MOST_GROWTH_BYTES) throw new Error(`the process grew by ${growth} bytes after the first wave`);
          const mebibytes = (...bytes: number[]): string => bytes.map((one) => Math.round(one / 2 ** 20)).join(", ");
          return [
            ...Object.entries(waits).map(([who, values]) => figureOf(who, values as number[])),
            `silent connections held at once: ${mostHeld} of ${connections} (files that a process may have open: ${openFilesLimit()})`,
            `heap before, after the first wave, at the end: ${mebibytes(before.heapUsed, (first ?? before).heapUsed, after.heapUsed)} MiB`,
            `the server's process, honest clients included: ${mebibytes(before.rss, (first ?? before).rss, after.rss)} MiB`,
          ];
        },
        close: stage.close,
      };
    },
  };
}

export const flood = floodOf(CONNECTIONS);

interface Waits {
  /** Milliseconds an envelope. */
  readonly rpc: number[];
  readonly stream: number[];
}

/** Nonces that each account sends next. */
interface Nonces {
  rpc: bigint;
  stream: bigint;
  flood: bigint;
}

/** A sequencer with verifier threads that serves both wires. */
async function openStage() {
  const world = await newWorld();
  const more = {
    receiptCapacity: 1000,
    accountEnvelopesPerSecond: SHARE,
    sealBytes: 1 << 16,
    maxUnpostedBytes: 1 << 24,
  };
  const node = await openSequencer(world, await tempDir(), more, {}, await loadKernels());
  for (const number of [1, 2, 3]) await deposit(world, person(number).address, 1_000_000_000n);
  await settle(node);
  await post(world, node);
  await settle(node);
  const { stream, close: closePipeline } = openStream(node, STREAM_LIMITS);
  const rpc = await serveRpc(LIMITS, {
    node,
    log: silentLog(),
    nowMilliseconds: () => performance.now(),
    health: () => ({ healthy: true, lastGoodStep: null, fault: null }),
    registry: createRegistry("node"),
    stream,
  });
  const close = async (): Promise<void> => {
    await rpc.close();
    await closePipeline();
    await cleanUp();
  };
  return { world, node, rpc, close };
}

function figureOf(who: string, waits: readonly number[]): string {
  const at = (share: number): string => percentile(waits, share).toFixed(1);
  return `honest user of ${who}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms of ${waits.length} envelopes`;
}

/** Every refusal has its code, and nobody got more than his share. */
function checkAnswers(tally: Tally): void {
  const expected = {
    "huge frame": ["closed with 1009"],
    "frame of too many items": ["error 2"],
    "frame of random bytes": ["error 1", "error 2"],
    "frame that ends early": ["error 1"],
    "frame of text": ["error 1"],
    "forged envelope": ["BadSignature"],
    "envelope of one account": ["Ok", "RateLimited", "NonceTooHigh", "NonceUsed"],
  };
  for (const [tried, results] of Object.entries(expected)) {
    const others = tally.rows.filter(([what, result]) => what === tried && !results.includes(result));
    // A stream that is full says so instead.
    expect(
      others.filter(([, result]) => result !== "error 4"),
      tried,
    ).to.deep.equal([]);
  }
}

/** The envelopes of the honest user of JSON-RPC, one after the other; each gets its receipt. */
async function serveHonest(
  { port }: RpcServer,
  node: LakhNode,
  next: Nonces,
  waits: Waits,
  tally: Tally,
): Promise<void> {
  const client = httpClient(port, HONEST);
  for (let i = 0; i < HONEST_CALLS; i++) {
    const envelope = toHex(signed(node, person(1).key, RPC_USER, next.rpc++, [transfer(STREAM_USER, 1n)]));
    const started = performance.now();
    const { text } = await client.post(
      JSON.stringify({ jsonrpc: "2.0", id: 1, method: "lakh_sendEnvelope", params: [envelope] }),
    );
    waits.rpc.push(performance.now() - started);
    const { result, error } = JSON.parse(text) as { result?: object; error?: { code: number } };
    expect(error?.code, "the honest user is refused").to.equal(undefined);
    tally.count("honest envelope", result === undefined ? "no receipt" : "receipt");
    await pause(PAUSE_MILLISECONDS);
  }
  client.close();
}

/** The same by the stream, on a connection of its own. */
async function serveStream(
  { port }: RpcServer,
  node: LakhNode,
  next: Nonces,
  waits: Waits,
  tally: Tally,
): Promise<void> {
  const { client, hello } = await StreamClient.connect(port, HONEST_STREAM);
  expect(hello[0], "the honest user gets no connection").to.equal(0x80);
  for (let i = 0; i < HONEST_CALLS; i++) {
    const envelope = signed(node, person(2).key, STREAM_USER, next.stream++, [transfer(RPC_USER, 1n)]);
    const started = performance.now();
    const { outcomes } = await client.submit([envelope]);
    waits.stream.push(performance.now() - started);
    expect(outcomes[0]?.code, "the honest user is refused").to.equal(0);
    tally.count("honest envelope by the stream", "receipt");
    await pause(PAUSE_MILLISECONDS);
  }
  client.close();
}

if (import.meta.main) await main(flood);
