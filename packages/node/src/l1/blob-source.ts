/** Those who may have an entry's blobs, as the reader sees them. */
import type { Hex } from "@lakh/protocol";

import type { AppendedEvent, L1Block } from "../types.ts";

/** Blobs of one answer that are looked at: a consensus node that does not filter gives a block's. */
export const MOST_GIVEN = 128;

/** An entry whose blobs are wanted. */
export interface BlobQuery {
  readonly event: AppendedEvent;
  /** The L1 block that carried them. */
  readonly block: L1Block;
  /** Versioned hashes, in order. */
  readonly hashes: readonly Hex[];
}

/** Somebody who may have blobs. */
export interface BlobSource {
  readonly name: string;
  /** Gives the blobs in their order, or none, and has made them what they are itself: they need no check. */
  readonly isOwn?: boolean;
  /** Blobs that may be those asked for, in any order; others among them do no harm. */
  blobs(query: BlobQuery): Promise<readonly Uint8Array[]>;
}
