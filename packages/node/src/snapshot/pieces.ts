/** How a snapshot travels between nodes. */
import { MAX_HOLDINGS, AccountLayout, ExitLayout, HoldingLayout, type Machine } from "@lakh/protocol";
import { MAX_SESSION_OBJECTS, SessionLayout } from "@lakh/protocol";

/** Bytes of a piece; the last may be shorter. */
export const PIECE_BYTES = 1 << 19;

/** What a node says of a snapshot that it serves. */
export interface Offer {
  /** The entry at whose start it stands. */
  readonly entry: number;
  /** Bytes in all. */
  readonly bytes: number;
  readonly pieceBytes: number;
}

/** More than header and checksum take. */
const FRAME_BYTES = 1024;
/** Of the longest record: an account with all it can hold. */
const MOST_RECORD_BYTES =
  AccountLayout.tail + SessionLayout.objects + 4 * MAX_SESSION_OBJECTS + MAX_HOLDINGS * HoldingLayout.size;

/** No snapshot of a machine is longer. */
export function mostSnapshotBytes({ nextObject, nextExit }: Pick<Machine, "nextObject" | "nextExit">): number {
  return FRAME_BYTES + nextObject * MOST_RECORD_BYTES + Number(nextExit) * ExitLayout.size;
}
