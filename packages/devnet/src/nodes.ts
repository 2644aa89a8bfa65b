/** The devnet's two nodes, in this process, their logs in files. */
import { createWriteStream } from "node:fs";
import { join } from "node:path";

import { type LakhNode, nodeOptions, runNode } from "@lakh/node";
import { type Lifecycle, createLog, readOptions, systemClock, variableOf } from "@lakh/service";

import { keyOf } from "./keys.ts";

/** Whether the sequencer leaves the L1 queue alone. */
export interface DeafSwitch {
  isDeaf: boolean;
}

export interface NodeStart {
  readonly mode: "sequencer" | "follower";
  readonly l1Url: string;
  /** The deployment's file. */
  readonly deployment: string;
  readonly rpcPort: number;
  readonly dir: string;
  readonly lifecycle: Lifecycle;
  /** Where blobs come from. */
  readonly blobs: BlobUrls;
}

/** Options of whoever reads blobs. */
export interface BlobUrls {
  readonly beaconUrl?: string;
  readonly archiveUrl?: string;
}

export interface StartedNode {
  readonly node: LakhNode;
  readonly url: string;
  readonly deaf: DeafSwitch;
  readonly failed: Promise<never>;
}

/** More L1 blocks than the devnet will ever see. */
const NEVER = 1_000_000_000;
const SEAL_MS = "1000";
const POLL_MS = "200";

/** Starts a node; the lifecycle stops it. @throws CodedError */
export async function startNode(start: NodeStart): Promise<StartedNode> {
  const { mode, l1Url, deployment, rpcPort, dir, lifecycle, blobs } = start;
  const flags = {
    l1Url,
    deployment,
    rpcPort,
    mode,
    dataDir: join(dir, mode),
    pollMilliseconds: POLL_MS,
    sealMilliseconds: SEAL_MS,
    ...blobs,
  };
  const variables = Object.entries(flags).map(([name, value]) => [variable(name), String(value)]);
  const key = mode === "sequencer" ? { [variable("sequencerKey")]: keyOf("sequencer") } : {};
  const env = { ...Object.fromEntries(variables), ...key } as Record<string, string>;
  const options = readOptions(nodeOptions, { role: "node", argv: [], env });
  const stream = createWriteStream(join(dir, `${mode}.log`), { flags: "a" });
  const log = createLog({ service: mode, level: "info", format: "json" }, stream);
  const deaf: DeafSwitch = { isDeaf: false };
  const {
    node,
    rpcPort: port,
    done,
  } = await runNode(options, {
    log,
    clock: systemClock,
    lifecycle,
    refine: (config) => {
      if (!config.sequencer) return config;
      const { queueConfirmations } = config.sequencer;
      // A deaf sequencer sees the queue as if it lay in the future; what L1 includes it still derives.
      const hearing = {
        get queueConfirmations() {
          return deaf.isDeaf ? NEVER : queueConfirmations;
        },
      };
      return {
        ...config,
        sequencer: Object.defineProperties({ ...config.sequencer }, Object.getOwnPropertyDescriptors(hearing)),
      };
    },
  });
  const failed = done.then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined); // the stack awaits it
  return { node, url: `http://127.0.0.1:${port}`, deaf, failed };
}

const variable = (name: string): string => variableOf("node", name);
