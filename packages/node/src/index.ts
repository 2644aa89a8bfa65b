export { type AppendedEvent, type Entry, type L1Block, type L1Entry, type QueueItem } from "./types.ts";
export { type NodeDeployment } from "./deployment.ts";
export { type NodeErrorCode, nodeError } from "./errors.ts";
export { Fault, FaultCode, type FaultName } from "./faults.ts";
export { type Head, type Heads, LakhNode, type NodeConfig, type NodeDeps } from "./node.ts";
export { type ClaimRange, ClaimTracer, type StepProof, type TraceSource, countItems } from "./tracer.ts";
export {
  type Promised,
  type Receipt,
  type ReceiptDomain,
  itemHash,
  ReceiptSigner,
  receiptDigest,
} from "./sequencer/receipt.ts";
export { type SequencerConfig } from "./sequencer/parts.ts";
export {
  type SealedEntry,
  type SendResult,
  adviseData,
  receiptOf,
  sealedEntries,
  sendEnvelope,
  sendEnvelopes,
} from "./sequencer/service.ts";
export { type NodeOptions, nodeOptions } from "./options.ts";
export { type RunningNode, type RunParts, configOf, runNode } from "./run.ts";
export { type RpcConfig, type RpcServer, serveRpc } from "./rpc/server.ts";
export { type OpenStream, openStream } from "./stream/open-stream.ts";
export { type StreamConfig, StreamServer } from "./stream/server.ts";
export { type PipelineConfig } from "./pipeline/pipeline.ts";
export { type RpcLimits } from "./rpc/limits.ts";
export { followerOptions, openFollower, type FollowerParts } from "./embed.ts";
export { createTruth } from "./truth.ts";
export { type L1Provider } from "./l1/reader.ts";
