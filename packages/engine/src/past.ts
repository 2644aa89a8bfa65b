/** The records of a state as they were at a mark, while the state moves on: what a snapshot in slices reads. */
import type { Journal } from "./journal.ts";
import type { State } from "./state.ts";

/**
 * Made at a mark: from then on every record is saved before it changes, so what was not saved is as it was. Rolling back to
 * this mark or a later one changes nothing here; dropping the mark, or rolling back behind it, ends it.
 */
export class PastRecords {
  readonly nextObject: number;
  readonly nextExit: number;
  private readonly state: State;
  private readonly journal: Journal;
  /** The first image after the mark. */
  private readonly from: number;
  /** Images before this one were looked at. */
  private seen: number;
  /** Objects below this one are not asked for again. */
  private done = 0;
  /** By object: its first image since the mark. */
  private readonly images = new Map<number, number>();

  constructor(state: State, journal: Journal) {
    this.state = state;
    this.journal = journal;
    this.nextObject = state.nextObject;
    this.nextExit = state.exits.count;
    this.from = this.seen = journal.count;
    journal.takeLowest();
  }

  /**
   * Takes note of what changed; to be called after every pause, before records are read.
   * @returns false once the state was rolled back behind the mark: there is nothing to read any more
   */
  refresh(): boolean {
    const { journal, images } = this;
    const lowest = journal.takeLowest();
    if (lowest < this.from || !this.state.hasHistory(journal)) return false;
    if (lowest < this.seen) {
      this.seen = lowest;
      for (const [object, image] of images) if (image >= lowest) images.delete(object);
    }
    for (; this.seen < journal.count; this.seen++) {
      const object = journal.objectOf(this.seen);
      if (object >= this.done && object < this.nextObject && !images.has(object)) images.set(object, this.seen);
    }
    return true;
  }

  /** Bytes that begin with the record of `object`; objects are asked for in ascending order. A view. */
  record(object: number): Uint8Array {
    this.done = object;
    const image = this.images.get(object);
    return image === undefined ? this.state.record(object) : this.journal.bytesOf(image);
  }
}
