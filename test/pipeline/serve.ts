/** A node's stream and RPC on a free port; apart from the chain, so that a child process can use it. */
import { type LakhNode, type PipelineConfig, type StreamConfig, openStream, serveRpc } from "@lakh/node";
import { createRegistry, silentLog } from "@lakh/service";

import { RPC_LIMITS } from "../support/rpc-limits.ts";

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

/** Serves a node's stream and RPC until `close` is called; later calls wait for the first. */
export async function serveStage(
  node: LakhNode,
  more: Partial<typeof STREAM> = {},
): Promise<{ port: number; close: () => Promise<void> }> {
  const { stream, close: closePipeline } = openStream(node, { ...STREAM, ...more });
  const parts = { node, log: silentLog(), nowMilliseconds: () => 0, registry: createRegistry("node"), stream };
  const rpc = await serveRpc(RPC_LIMITS, { ...parts, health: () => ({ healthy: true }) as never });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= rpc.close().then(closePipeline));
  return { port: rpc.port, close };
}
