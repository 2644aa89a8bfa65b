/** A submission of envelopes on its way: its bytes, and what became of each envelope (docs/STREAM.md). */
import type { PlacedEntry } from "./receipt-rows.ts";

/** Bytes of one outcome. */
export const OUTCOME_BYTES = 6;
const LEAF_BYTES = 32;

/** Who submits: its submissions wait in its own queue, and it is told when one is done. */
export interface Source {
  readonly queue: Submission[];
  /** Whether it stands in line for its turn. */
  isWaiting: boolean;
  /** Good signatures in a row: a source that has sent enough of them is trusted to send more. */
  goodSignatures: number;
  /** Everything accepted in the submission is durable; `seal` leads to the signature. */
  finish(submission: Submission, seal: Seal): void;
}

/** What leads from a submission's root to the signature that it shares with others. */
export interface Seal {
  /** Steps as on the wire; absent when nothing was accepted. */
  readonly path: Uint8Array | undefined;
  readonly signature: Uint8Array;
}

export class Submission {
  readonly source: Source;
  readonly requestId: number;
  readonly withProofs: boolean;
  readonly count: number;
  /** The frame; its items start at `at`, each with its length in front, checked. */
  readonly frame: Uint8Array;
  /** Where the next item that no verifier has yet starts. */
  at: number;
  /** Items given to the verifiers. */
  taken = 0;
  /** Items executed. */
  done = 0;
  /** Items accepted. */
  accepted = 0;
  /** `OUTCOME_BYTES` an item, as on the wire. */
  readonly outcomes: Uint8Array;
  /** Receipt digests of the accepted items, in order. */
  readonly leaves: Uint8Array;
  /** Entries that the outcomes name, with their numbers in the result. */
  readonly entries = new Map<PlacedEntry, number>();
  private readonly view: DataView;

  constructor(
    source: Source,
    {
      requestId,
      withProofs,
      count,
      frame,
      at,
    }: Pick<Submission, "requestId" | "withProofs" | "count" | "frame" | "at">,
  ) {
    this.source = source;
    this.requestId = requestId;
    this.withProofs = withProofs;
    this.count = count;
    this.frame = frame;
    this.at = at;
    this.outcomes = new Uint8Array(count * OUTCOME_BYTES);
    this.view = new DataView(this.outcomes.buffer);
    this.leaves = new Uint8Array(count * LEAF_BYTES);
  }

  get isDone(): boolean {
    return this.done === this.count;
  }

  /** The next item was refused. */
  refuse(code: number): void {
    this.outcomes[OUTCOME_BYTES * this.done++] = code;
  }

  /** The next item stands at `position` of `entry`. */
  accept(entry: PlacedEntry, position: number): void {
    const at = OUTCOME_BYTES * this.done++;
    this.view.setUint32(at, position); // below 2^24: the code in front is 0
    this.view.setUint16(at + 4, this.entryNumber(entry));
  }

  /** Adds the leaves of the items accepted. */
  addLeaves(leaves: Uint8Array): void {
    this.leaves.set(leaves, this.accepted * LEAF_BYTES);
    this.accepted += leaves.length / LEAF_BYTES;
  }

  private entryNumber(entry: PlacedEntry): number {
    let number = this.entries.get(entry);
    if (number === undefined) this.entries.set(entry, (number = this.entries.size));
    return number;
  }
}
