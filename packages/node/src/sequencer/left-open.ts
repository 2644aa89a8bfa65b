/** What a process left open when it ended. */
import type { KzgThread } from "@lakh/da";
import type { Kernels } from "@lakh/kernels";

import { nodeError } from "../errors.ts";
import type { Promises, SequencerLog } from "../log/sequencer-log.ts";
import { BatchHasher } from "./batch-hash.ts";
import { BlobHasher } from "./blob-hasher.ts";
import { type Draft, batchDraft, blobDraft } from "./draft.ts";

/** Seals the entry that was open, as it stands: what was accepted into it was promised. @throws CodedError KzgFailed */
export async function sealLeftOpen(
  promises: Promises,
  log: SequencerLog,
  { kzg, kernels }: { readonly kzg: KzgThread; readonly kernels: Kernels },
): Promise<void> {
  const { open } = promises;
  if (open === undefined || open.data.length === 0) return;
  const draft = await draftOf(open, kzg, kernels);
  promises.drafts.push(draft);
  promises.open = undefined;
  log.appendSeal(draft);
}

async function draftOf(
  { time, data, mode }: NonNullable<Promises["open"]>,
  kzg: KzgThread,
  kernels: Kernels,
): Promise<Draft> {
  if (mode === "calldata") return batchDraft(time, data, new BatchHasher(kernels).hash(data));
  try {
    return blobDraft(time, data, await new BlobHasher(kzg).hash(data));
  } catch (cause) {
    throw nodeError("KzgFailed", "cannot commit to the entry in blobs that was open", { bytes: data.length }, cause);
  }
}
