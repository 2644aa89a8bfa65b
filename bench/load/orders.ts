/** What the parent and the generator process say to each other. */
import type { Slice } from "./timeline.ts";

/** Load to apply: envelopes `from` … `from + count` of a corpus, each once. */
export interface LoadOrder {
  readonly url: string;
  readonly folder: string;
  readonly from: number;
  readonly count: number;
  /** Envelopes a frame. */
  readonly frameItems: number;
  readonly connections: number;
  /** Frames under way on a connection at most. */
  readonly window: number;
  /** Stops sending after so long, even if envelopes are left. */
  readonly seconds: number;
  /** Envelopes a second; undefined: as many as the node takes. */
  readonly rate: number | undefined;
}

export interface LoadReport {
  /** From the first frame sent to the last receipt, seconds. */
  readonly seconds: number;
  readonly sent: number;
  /** Envelopes with a durable, signed receipt. */
  readonly acknowledged: number;
  /** Envelopes by outcome code that is not 0. */
  readonly refused: Record<string, number>;
  /** Bytes of the acknowledged envelopes as posted, with their lengths. */
  readonly bytes: number;
  readonly p50: number;
  readonly p99: number;
  readonly slices: readonly Slice[];
  /** Seals of receipts checked against the sequencer's address after the run, and how many were right. */
  readonly seals: { readonly checked: number; readonly good: number };
}

export type FromParent = { readonly kind: "prepare"; readonly order: LoadOrder } | { readonly kind: "go" };
export type FromGenerator =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly report: LoadReport }
  | { readonly kind: "failed"; readonly why: string };
