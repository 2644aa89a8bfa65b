/** Wires a node's binary stream: on a sequencer with the pipeline behind it, on a follower to say that it is none. */
import type { LakhNode } from "../node.ts";
import { Pipeline, type PipelineConfig } from "../pipeline/pipeline.ts";
import { type StreamConfig, StreamServer } from "./server.ts";

export interface OpenStream {
  readonly stream: StreamServer;
  /** Rejects when the disk failed: the node must stop. */
  readonly failed: Promise<never>;
  /** After the stream's connections are closed. */
  close(): Promise<void>;
}

export function openStream(node: LakhNode, config: StreamConfig & PipelineConfig): OpenStream {
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined); // whoever runs the node awaits it; until then it is no unhandled rejection
  const { chain, sequencer, receiptSigner: signer } = node;
  const pipeline =
    sequencer === undefined || signer === undefined
      ? undefined
      : new Pipeline(config, {
          chain,
          sequencer,
          signer,
          log: node.log,
          onChange: () => node.changed(),
          onFailure: fail,
        });
  const { chainId, inbox, kernels } = { ...node.engine.config, kernels: node.engine.kernels };
  const identity = { chainId, inbox, sequencer: node.config.deployment.sequencer };
  const stream = new StreamServer(config, { kernels, pipeline, identity });
  return { stream, failed, close: async () => pipeline?.close() };
}
