/** A sequencer that serves the binary stream, on a chain of its own, with people who have accounts. */
import {
  type LakhNode,
  type PipelineConfig,
  type SequencerConfig,
  type StreamConfig,
  openStream,
  serveRpc,
} from "@lakh/node";
import type { Kernels } from "@lakh/kernels";
import { createRegistry, silentLog } from "@lakh/service";

import {
  type World,
  deposit,
  newWorld,
  onCleanUp,
  openSequencer,
  person,
  post,
  settle,
  tempDir,
} from "../node/world.ts";

export const STREAM: StreamConfig & PipelineConfig = {
  maxFrameBytes: 1 << 18,
  maxItems: 2048,
  maxConnections: 8,
  connectionBytes: 1 << 20,
  totalBytes: 1 << 22,
  backlogBytes: 1 << 20,
  verifyThreads: 2,
  turn: 128,
  commitMilliseconds: 1,
};

const RPC = {
  host: "127.0.0.1",
  port: 0,
  maxRequestBytes: 1 << 20,
  maxBatch: 10,
  callsPerSecond: 100_000,
  maxConnections: 10,
  maxSubscriptions: 10,
  maxBacklogBytes: 1 << 20,
};

export interface Stage {
  readonly world: World;
  readonly node: LakhNode;
  readonly port: number;
  /** Ends the stream and the RPC. */
  readonly close: () => Promise<void>;
}

/** Serves a node's stream and RPC until the test cleans up, or calls `close`. */
export async function serveStage(
  node: LakhNode,
  more: Partial<typeof STREAM> = {},
): Promise<{ port: number; close: () => Promise<void> }> {
  const { stream, close: closePipeline } = openStream(node, { ...STREAM, ...more });
  const parts = { node, log: silentLog(), nowMilliseconds: () => 0, registry: createRegistry("node"), stream };
  const rpc = await serveRpc(RPC, { ...parts, health: () => ({ healthy: true }) as never });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= rpc.close().then(closePipeline));
  onCleanUp(close);
  return { port: rpc.port, close };
}

/** @returns the port */
export async function serve(node: LakhNode, more: Partial<typeof STREAM> = {}): Promise<number> {
  return (await serveStage(node, more)).port;
}

/** People 1 … `people` own accounts 2 …, each with a million units. */
export async function newStage(
  people: number,
  more: Partial<SequencerConfig> = {},
  stream: Partial<typeof STREAM> = {},
  kernels?: Kernels,
  folder?: string,
): Promise<Stage> {
  const world = await newWorld();
  const config = { maxUnpostedBytes: 1 << 26, ...more };
  const node = await openSequencer(world, folder ?? (await tempDir()), config, {}, kernels);
  for (let i = 1; i <= people; i++) await deposit(world, person(i).address, 1_000_000n);
  await settle(node);
  await post(world, node);
  await settle(node);
  return { world, node, ...(await serveStage(node, stream)) };
}
