/** A node's RPC on a port of its own. */
import { type LakhNode, serveRpc } from "@lakh/node";
import { createRegistry, silentLog } from "@lakh/service";

import { onCleanUp } from "./world.ts";

/** Serves it until `cleanUp`; its URL. */
export async function serveNode(node: LakhNode): Promise<string> {
  const limits = {
    host: "127.0.0.1",
    port: 0,
    maxRequestBytes: 100_000,
    maxBatch: 5,
    callsPerSecond: 1000,
    maxConnections: 5,
    maxAddressConnections: 50,
    maxSubscriptions: 2,
    maxBacklogBytes: 1 << 20,
    requestMilliseconds: 30_000,
    corsOrigins: [],
  };
  const health = () => ({ healthy: true, lastGoodStep: null, fault: null });
  const registry = createRegistry("test");
  const rpc = await serveRpc(limits, { node, log: silentLog(), nowMilliseconds: () => 0, health, registry });
  onCleanUp(() => rpc.close());
  return `http://127.0.0.1:${rpc.port}`;
}
