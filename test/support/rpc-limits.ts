/** Limits of an RPC that a test serves, wide enough not to be met; a test of limits narrows its own. */
import type { RpcConfig } from "@lakh/node";

export const RPC_LIMITS: RpcConfig = {
  host: "127.0.0.1",
  port: 0,
  maxRequestBytes: 1 << 20,
  maxBatch: 100,
  callsPerSecond: 100_000,
  maxConnections: 50,
  maxAddressConnections: 50,
  maxSubscriptions: 10,
  maxBacklogBytes: 1 << 20,
  requestMilliseconds: 30_000,
  corsOrigins: [],
};
