/** The node as a program: connects L1, store, RPC and the stepping loop, and takes them down in reverse. */
import { readFile } from "node:fs/promises";

import { readDeployment } from "@lakh/bindings";
import { loadKernels } from "@lakh/kernels";
import {
  type Clock,
  type HealthReport,
  type Lifecycle,
  type Log,
  addProcessMetrics,
  connectL1,
  createHealth,
  createRegistry,
  loadKey,
  runStepper,
  serveMonitor,
} from "@lakh/service";
import { SigningKey } from "ethers";

import type { NodeDeployment } from "./deployment.ts";
import { nodeError } from "./errors.ts";
import { CATCH_UP_BYTES } from "./follower.ts";
import { addNodeMetrics } from "./metrics.ts";
import { LakhNode, type NodeConfig } from "./node.ts";
import type { NodeOptions } from "./options.ts";
import { serveRpc } from "./rpc/server.ts";
import type { SequencerConfig } from "./sequencer/parts.ts";
import { openStream } from "./stream/open-stream.ts";

export interface RunParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  /** Changes the configuration that the options give: for stories and tests. */
  readonly refine?: (config: NodeConfig) => NodeConfig;
}

/** A node that serves and steps until its lifecycle stops. */
export interface RunningNode {
  readonly node: LakhNode;
  readonly rpcPort: number;
  /** Rejects with the fault that ended the stepping. */
  readonly done: Promise<void>;
}

/** Without a good step for so long the node calls itself unhealthy. */
const STALE_MILLISECONDS = 60_000;

/** @throws CodedError of the options, of L1 and of the store; nothing is left open then, once the lifecycle is stopped */
export async function runNode(options: NodeOptions, run: RunParts): Promise<RunningNode> {
  const { log, clock, lifecycle, refine = (config) => config } = run;
  const { signal } = lifecycle;
  const deployment = await deploymentOf(options.deployment);
  const l1 = await connectL1(
    { url: options.l1Url, chainId: options.l1ChainId ?? deployment.chainId },
    { log, clock, signal },
  );
  lifecycle.onClose("l1", () => l1.provider.destroy());
  const sequencerKey = options.mode === "sequencer" ? await keyOf(options, deployment) : undefined;
  const config = refine(configOf(options, deployment));
  const deps = { l1: l1.provider, kernels: await loadKernels(), log, clock };
  const node = await LakhNode.open(config, sequencerKey === undefined ? deps : { ...deps, sequencerKey });
  lifecycle.onClose("store", () => node.close());

  const health = createHealth(clock, STALE_MILLISECONDS);
  const registry = createRegistry("node");
  addProcessMetrics(registry);
  addNodeMetrics(registry, node);
  const report = (): HealthReport => {
    const { isFull } = node.disk;
    return isFull ? { ...health.report(), healthy: false, fault: "DiskFull" } : health.report();
  };
  const { stream, failed, close: closePipeline } = openStream(node, streamOf(options));
  lifecycle.onClose("pipeline", closePipeline);
  const parts = { node, log, nowMilliseconds: () => clock.nowMilliseconds(), health: report, registry, stream };
  const rpc = await serveRpc(rpcOf(options), parts);
  lifecycle.onClose("rpc", () => rpc.close());
  if (options.monitorPort !== undefined) {
    const monitor = await serveMonitor(
      { host: options.monitorHost, port: options.monitorPort },
      { health: report, registry },
    );
    lifecycle.onClose("monitor", () => monitor.close());
  }
  log.info({ mode: node.mode, rpcPort: rpc.port, inbox: deployment.inbox }, "Node started");
  const intervalMilliseconds = options.pollMilliseconds;
  const stepping = runStepper({ stepper: node, intervalMilliseconds, log, clock, signal, health });
  const done = Promise.race([stepping, failed]);
  done.catch(() => undefined); // whoever runs the node awaits it; until then it is no unhandled rejection
  lifecycle.onClose("stepper", () => stepping.catch(() => undefined));
  return { node, rpcPort: rpc.port, done };
}

async function deploymentOf(file: string): Promise<NodeDeployment> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw nodeError("BadConfig", `cannot read the deployment file ${file} as JSON`, { file }, cause);
  }
  return readDeployment(json);
}

async function keyOf(options: NodeOptions, { chainId, sequencer }: NodeDeployment): Promise<SigningKey> {
  const { sequencerKey: key, sequencerKeyFile: keyFile, sequencerKeyPassword: keyPassword } = options;
  const wallet = await loadKey({ key, keyFile, keyPassword }, BigInt(chainId));
  if (wallet.address.toLowerCase() !== sequencer.toLowerCase())
    throw nodeError("BadConfig", `the key is of ${wallet.address}, the deployment's sequencer is ${sequencer}`, {
      actual: wallet.address,
      expected: sequencer,
    });
  return new SigningKey(wallet.privateKey);
}

/** The node's own configuration from its options. */
export function configOf(options: NodeOptions, deployment: NodeDeployment): NodeConfig {
  const config = {
    deployment,
    dataDir: options.dataDir,
    rangeBlocks: options.l1RangeBlocks,
    finalityBlocks: options.l1FinalityBlocks,
    blobSources: { beaconUrl: options.beaconUrl, archiveUrl: options.archiveUrl },
    archiveEntries: options.archiveEntries,
    snapshotUrl: options.snapshotUrl,
    snapshotOffers: options.snapshotOffers,
    snapshotItems: options.snapshotItems,
    snapshotKeep: options.snapshotKeep,
    catchUp: { threads: options.verifyThreads, keyAccounts: options.keyAccounts, ...CATCH_UP_BYTES },
    undoBytes: options.undoBytes,
  };
  return options.mode === "sequencer" ? { ...config, sequencer: sequencerOf(options) } : config;
}

function sequencerOf(options: NodeOptions): SequencerConfig {
  return {
    minFee: BigInt(options.minFeeGwei),
    sealBytes: options.sealBytes,
    sealMilliseconds: options.sealMilliseconds,
    maxUnpostedBytes: options.maxUnpostedBytes,
    queueConfirmations: options.queueConfirmations,
    accountEnvelopesPerSecond: options.accountEnvelopesPerSecond,
    receiptCapacity: options.receiptCapacity,
    logBytes: options.logBytes,
  };
}

function streamOf(options: NodeOptions) {
  return {
    maxFrameBytes: options.streamMaxFrameBytes,
    maxItems: options.streamMaxItems,
    maxConnections: options.streamMaxConnections,
    maxAddressConnections: options.streamMaxAddressConnections,
    connectionBytes: options.streamConnectionBytes,
    totalBytes: options.streamTotalBytes,
    backlogBytes: options.rpcMaxBacklogBytes,
    turn: options.streamTurn,
    verifyThreads: options.verifyThreads,
    keyAccounts: options.keyAccounts,
    commitMilliseconds: options.commitMilliseconds,
  };
}

function rpcOf(options: NodeOptions) {
  return {
    host: options.rpcHost,
    port: options.rpcPort,
    maxRequestBytes: options.rpcMaxRequestBytes,
    maxBatch: options.rpcMaxBatch,
    callsPerSecond: options.rpcCallsPerSecond,
    maxConnections: options.rpcMaxConnections,
    maxAddressConnections: options.rpcMaxAddressConnections,
    maxSubscriptions: options.rpcMaxSubscriptions,
    maxBacklogBytes: options.rpcMaxBacklogBytes,
    requestMilliseconds: options.rpcRequestMilliseconds,
    corsOrigins: options.rpcCorsOrigins,
  };
}
