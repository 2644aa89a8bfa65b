/** The sequencer that is flooded, and its limits. */
import { loadKernels } from "@lakh/kernels";
import { type LakhNode, type RpcServer, openStream, serveRpc } from "@lakh/node";
import { createRegistry, silentLog } from "@lakh/service";

import { cleanUp, deposit, newWorld, openSequencer, person, post, settle, tempDir } from "../../test/node/world.ts";
import { STREAM } from "../../test/pipeline/serve.ts";

export const LIMITS = {
  host: "127.0.0.1",
  port: 0,
  maxRequestBytes: 100_000,
  maxBatch: 20,
  callsPerSecond: 100,
  maxConnections: 6000,
  maxAddressConnections: 250,
  maxSubscriptions: 4,
  maxBacklogBytes: 1 << 16,
  requestMilliseconds: 30_000,
  corsOrigins: [],
};
export const STREAM_LIMITS = { ...STREAM, maxConnections: 32, maxAddressConnections: 4, connectionBytes: 1 << 19 };

/** Accounts of people 1, 2 and 3: two are honest, by JSON-RPC and by the stream, one floods. */
export const [RPC_USER, STREAM_USER, FLOODER] = [2, 3, 4];
/** Envelopes that an account may have accepted in a wave. */
export const SHARE = 400;

export interface FloodStage {
  readonly node: LakhNode;
  readonly rpc: RpcServer;
  /** A second of the sequencer's: what is sealed goes to L1. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

/** A sequencer with verifier threads that serves both wires. */
export async function openStage(): Promise<FloodStage> {
  const world = await newWorld();
  const more = {
    receiptCapacity: 1000,
    accountEnvelopesPerSecond: SHARE,
    sealBytes: 1 << 16,
    maxUnpostedBytes: 1 << 24,
  };
  const node = await openSequencer(world, await tempDir(), more, {}, await loadKernels());
  const pass = async (): Promise<void> => {
    world.clock.milliseconds += 1000;
    await settle(node);
    await post(world, node);
    await settle(node);
  };
  for (const number of [1, 2, 3]) await deposit(world, person(number).address, 1_000_000_000n);
  await pass();
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
  return { node, rpc, pass, close };
}
