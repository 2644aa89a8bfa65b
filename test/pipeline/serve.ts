/** A node's stream and RPC on a free port; apart from the chain, so that a child process can use it. */
import { type LakhNode, type PipelineConfig, type StreamConfig, openStream, serveRpc } from "@lakh/node";
import { createRegistry, silentLog } from "@lakh/service";

export const STREAM: StreamConfig & PipelineConfig = {
  maxFrameBytes: 1 << 18,
  maxItems: 2048,
  maxConnections: 8,
  maxAddressConnections: 8,
  connectionBytes: 1 << 20,
  totalBytes: 1 << 22,
  backlogBytes: 1 << 20,
  verifyThreads: 2,
  keyAccounts: 1000,
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
  maxAddressConnections: 50,
  maxSubscriptions: 10,
  maxBacklogBytes: 1 << 20,
  requestMilliseconds: 30_000,
  corsOrigins: [],
};

/** Serves a node's stream and RPC until `close` is called; later calls wait for the first. */
export async function serveStage(
  node: LakhNode,
  more: Partial<typeof STREAM> = {},
): Promise<{ port: number; close: () => Promise<void> }> {
  const { stream, close: closePipeline } = openStream(node, { ...STREAM, ...more });
  const parts = { node, log: silentLog(), nowMilliseconds: () => 0, registry: createRegistry("node"), stream };
  const rpc = await serveRpc(RPC, { ...parts, health: () => ({ healthy: true }) as never });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= rpc.close().then(closePipeline));
  return { port: rpc.port, close };
}
