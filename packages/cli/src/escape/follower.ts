/** A follower for one command: derives from L1 alone, and answers the SDK on a port of this machine. */
import { type Deployment } from "@lakh/bindings";
import type { followerOptions } from "@lakh/node";
import { createTruth, openFollower, serveRpc } from "@lakh/node";
import { type Clock, type L1, type Lifecycle, type Log, type Options, type Truth, createRegistry } from "@lakh/service";

export interface FollowerParts {
  readonly deployment: Deployment;
  readonly l1: L1;
  readonly log: Log;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
}

export interface Follower {
  readonly rpcUrl: string;
  /** Its derivation: `refresh` reads what is new on L1. */
  readonly truth: Truth;
}

/** Only this command asks, so the limits are wide. */
const LIMITS = {
  host: "127.0.0.1",
  port: 0,
  maxRequestBytes: 1 << 22,
  maxBatch: 100,
  callsPerSecond: 100_000,
  maxConnections: 10,
  maxAddressConnections: 10,
  maxSubscriptions: 10,
  maxBacklogBytes: 1 << 23,
  requestMilliseconds: 30_000,
  corsOrigins: [],
};

/** Opens a follower that `truth.refresh` steps. @throws CodedError of L1 and of the store */
export async function serveFollower(
  options: Options<typeof followerOptions> & { readonly dataDir: string },
  parts: FollowerParts,
): Promise<Follower> {
  const { deployment, l1, log, clock, lifecycle } = parts;
  const node = await openFollower(options, { deployment, l1: l1.provider, log, clock, lifecycle });
  const rpc = await serveRpc(LIMITS, {
    node,
    log,
    nowMilliseconds: () => clock.nowMilliseconds(),
    health: () => ({ healthy: true, lastGoodStep: null, fault: null }),
    registry: createRegistry("node"),
  });
  lifecycle.onClose("rpc", () => rpc.close());
  return { rpcUrl: `http://127.0.0.1:${rpc.port}`, truth: createTruth(node) };
}
