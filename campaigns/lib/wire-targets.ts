/** All parsers with a wire or a file before them, and what they need. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { cleanUp } from "../../test/node/world.ts";
import { openAnswerTargets } from "./answer-targets.ts";
import { openClientTargets } from "./client-targets.ts";
import { configTargets } from "./config-targets.ts";
import { journalTargets } from "./journal-targets.ts";
import { recordTargets } from "./record-targets.ts";
import { openSequencer, rpcTarget } from "./rpc-targets.ts";
import { answers } from "./stream-targets.ts";
import type { WireTarget } from "./targets.ts";

/** Opens them over a folder, servers, and a sequencer over a chain in this process. */
export async function openWireTargets(): Promise<{ targets: readonly WireTarget[]; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "lakh-bytes-"));
  const [others, clients] = [await openAnswerTargets(), await openClientTargets()];
  const targets = [
    rpcTarget(await openSequencer()),
    answers,
    ...others.targets,
    ...clients.targets,
    ...configTargets(folder),
    ...(await recordTargets(folder)),
    ...journalTargets(folder),
  ];
  const close = async (): Promise<void> => {
    others.close();
    clients.close();
    await cleanUp();
    await rm(folder, { recursive: true, force: true });
  };
  return { targets, close };
}
