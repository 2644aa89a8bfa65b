/** Tags of all objects, packed for the kernels: append-only, in memory that threads share (docs/spec/digest.md). */
import type { Digester } from "./digester.ts";
import type { State } from "./state.ts";

const TAG = 32;
const FIRST_TAGS = 1 << 10;

export class TagTable {
  /** 32 bytes an object, by index. Replaced by a longer copy when it is full. */
  bytes = new Uint8Array(new SharedArrayBuffer(FIRST_TAGS * TAG));
  /** Objects with a tag here, object 0 included. */
  count = 1;
  /** Counts how often objects were undone and others took their indices: tags read before may be wrong since. */
  generation = 0;

  /** Writes the tags of the objects made since the last time. */
  sync(state: State, digester: Digester): void {
    if (state.tagged === state.nextObject && this.count === state.nextObject) return;
    if (state.tagged < this.count) this.generation++;
    this.reserve(state.nextObject);
    for (let i = state.tagged; i < state.nextObject; i++) digester.writeTag(state, i, this.bytes, i * TAG);
    state.tagged = state.nextObject;
    this.count = state.nextObject;
  }

  private reserve(count: number): void {
    if (count * TAG <= this.bytes.length) return;
    const grown = new Uint8Array(new SharedArrayBuffer(Math.max(count, Math.ceil(this.count * 1.5)) * TAG));
    grown.set(this.bytes);
    this.bytes = grown;
  }
}
