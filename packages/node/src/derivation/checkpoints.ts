/** Which L1 blocks were read, and how far entries and queue had come behind each: where to return to when L1 reorganises. */
import type { Hex } from "@lakh/protocol";

export interface Checkpoint {
  readonly block: number;
  readonly hash: Hex;
  /** Entries and queue items in blocks up to this one. */
  readonly entries: number;
  readonly queue: number;
}

/** Ascending by block; never empty once something was read. */
export class Checkpoints {
  private list: Checkpoint[] = [];

  get first(): Checkpoint | undefined {
    return this.list[0];
  }

  get last(): Checkpoint | undefined {
    return this.list.at(-1);
  }

  push(checkpoint: Checkpoint): void {
    while ((this.last?.block ?? -1) >= checkpoint.block) this.list.pop();
    this.list.push(checkpoint);
  }

  pop(): void {
    this.list.pop();
  }

  /** The highest checkpoint at or below `block`. */
  atOrBelow(block: number): Checkpoint | undefined {
    return this.list.findLast((checkpoint) => checkpoint.block <= block);
  }

  /** Forgets checkpoints below the highest one at or below `block`. */
  prune(block: number): void {
    const keep = this.list.findLastIndex((checkpoint) => checkpoint.block <= block);
    if (keep > 0) this.list = this.list.slice(keep);
  }
}
