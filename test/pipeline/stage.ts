/** A sequencer that serves the binary stream, on a chain of its own, with people who have accounts. */
import type { LakhNode, SequencerConfig } from "@lakh/node";
import type { Kernels } from "@lakh/kernels";

import {
  type World,
  deposit,
  newWorld,
  onCleanUp,
  openSequencer,
  person,
  post,
  settle,
  tempDir,
} from "../node/world.ts";
import type { STREAM } from "./serve.ts";
import { serveStage } from "./serve.ts";

export interface Stage {
  readonly world: World;
  readonly node: LakhNode;
  readonly port: number;
  /** Ends the stream and the RPC. */
  readonly close: () => Promise<void>;
}

async function served(node: LakhNode, more: Partial<typeof STREAM>): ReturnType<typeof serveStage> {
  const stage = await serveStage(node, more);
  onCleanUp(stage.close);
  return stage;
}

/** Serves until the test cleans up. @returns the port */
export async function serve(node: LakhNode, more: Partial<typeof STREAM> = {}): Promise<number> {
  return (await served(node, more)).port;
}

/** People 1 … `people` own accounts 2 …, each with a million units. */
export async function newStage(
  people: number,
  more: Partial<SequencerConfig> = {},
  stream: Partial<typeof STREAM> = {},
  kernels?: Kernels,
  folder?: string,
): Promise<Stage> {
  const world = await newWorld();
  const config = { maxUnpostedBytes: 1 << 26, ...more };
  const node = await openSequencer(world, folder ?? (await tempDir()), config, {}, kernels);
  for (let i = 1; i <= people; i++) await deposit(world, person(i).address, 1_000_000n);
  await settle(node);
  await post(world, node);
  await settle(node);
  return { world, node, ...(await served(node, stream)) };
}
