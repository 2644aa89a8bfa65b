/** What Inbox entries are (docs/spec/inbox.md). */
import { EntryKind } from "./generated/constants.ts";
import type { EntryHeader } from "./types.ts";

/** Whether an entry is a batch: bytes of the sequencer, as calldata or in blobs. All others are slices of the L1 queue. */
export function isBatch({ kind }: Pick<EntryHeader, "kind">): boolean {
  return kind === EntryKind.Calldata || kind === EntryKind.Blobs;
}
