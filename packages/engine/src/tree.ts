/** The nodes of the state tree, brought up to date with the state on demand (docs/spec/records.md). */
import type { Kernels } from "@lakh/kernels";
import { EXIT_BASE, ExitLayout, TREE_DEPTH } from "@lakh/protocol";

import { growU8 } from "./grow.ts";
import { Sorter } from "./sort.ts";
import type { State } from "./state.ts";

const NODE = 32;
const GROUP = 4 * NODE;
/** Records hashed in one call of the kernels. */
const CHUNK_RECORDS = 2048;
const ZERO_NODE = new Uint8Array(NODE);

/** One half of the tree, objects or exits: nodes of levels 0 to 19, stored as far as leaves exist. */
class Region {
  readonly levels: Uint8Array<ArrayBuffer>[] = Array.from({ length: TREE_DEPTH }, () => new Uint8Array(GROUP));

  /** Leaves when the region was last brought up to date. */
  leafCount = 0;

  /** Makes room for leaves below `count`; every level holds whole groups of four. */
  reserve(count: number): void {
    let nodes = count;
    for (let level = 0; level < TREE_DEPTH; level++) {
      const held = this.levels[level] as Uint8Array<ArrayBuffer>;
      const bytes = Math.ceil(nodes / 4) * GROUP;
      if (bytes > held.length) {
        const grown = growU8(held, bytes);
        this.levels[level] = grown.length % GROUP === 0 ? grown : growU8(held, Math.ceil(grown.length / GROUP) * GROUP);
      }
      nodes = Math.ceil(nodes / 4);
    }
  }

  node(level: number, index: number): Uint8Array {
    const nodes = this.levels[level] as Uint8Array;
    const at = index * NODE;
    return at < nodes.length ? nodes.subarray(at, at + NODE) : ZERO_NODE;
  }
}

/** Index of the first exit's node at a level. */
function exitBaseAt(level: number): number {
  return EXIT_BASE / 4 ** level;
}

export class StateTree {
  private readonly kernels: Kernels;
  private readonly objects = new Region();
  private readonly exits = new Region();
  private readonly spans = new Uint32Array(2 * CHUNK_RECORDS);
  private readonly sorter = new Sorter();

  constructor(kernels: Kernels) {
    this.kernels = kernels;
  }

  /** Brings every node up to date with the state. Cost: the leaves that changed, and their paths. */
  flush(state: State): void {
    this.flushObjects(state);
    this.flushExits(state);
    state.cleaned();
  }

  private flushObjects(state: State): void {
    const { objects, spans } = this;
    const dirty = this.sorter.ascending(state.dirty, state.dirtyCount);
    objects.reserve(state.nextObject);
    let living = dirty.length;
    while (living > 0 && (dirty[living - 1] as number) >= state.nextObject) living--;
    for (let start = 0; start < living; start += CHUNK_RECORDS) {
      const count = Math.min(CHUNK_RECORDS, living - start);
      for (let i = 0; i < count; i++) {
        const object = dirty[start + i] as number;
        const at = state.at(object);
        spans[2 * i] = at;
        spans[2 * i + 1] = at + state.sizeOf(object);
      }
      this.hash(objects, state.arena.bytes, dirty.subarray(start), count);
    }
    this.update(objects, dirty, living, state.nextObject);
  }

  private flushExits(state: State): void {
    const { exits, spans } = this;
    const { count: total, bytes } = state.exits;
    const until = Math.max(total, exits.leafCount);
    const dirty = Uint32Array.from({ length: until - state.dirtyExits }, (_, i) => state.dirtyExits + i);
    exits.reserve(total);
    const living = Math.max(0, total - state.dirtyExits);
    for (let start = 0; start < living; start += CHUNK_RECORDS) {
      const count = Math.min(CHUNK_RECORDS, living - start);
      for (let i = 0; i < count; i++) {
        spans[2 * i] = (dirty[start + i] as number) * ExitLayout.size;
        spans[2 * i + 1] = (spans[2 * i] as number) + ExitLayout.size;
      }
      this.hash(exits, bytes, dirty.subarray(start), count);
    }
    this.update(exits, dirty, living, total);
  }

  /** Leaves from the records that `spans` names. */
  private hash({ levels }: Region, records: Uint8Array, leaves: Uint32Array, count: number): void {
    this.kernels.keccakSpans(records, this.spans, leaves, count, levels[0] as Uint8Array);
  }

  /** Brings up to date what lies above dirty leaves; those from number `living` on, which are gone, become zero. */
  private update(region: Region, dirty: Uint32Array, living: number, leafCount: number): void {
    const leaves = region.levels[0] as Uint8Array;
    let known = living; // leaves that never made it into the tree need no removal
    while (known < dirty.length && (dirty[known] as number) < region.leafCount) {
      const at = (dirty[known++] as number) * NODE;
      leaves.fill(0, at, at + NODE);
    }
    region.leafCount = leafCount;
    if (known > 0) this.kernels.treeUpdate(region.levels, dirty, known);
  }

  /** The node of a level; fresh only after `flush`. A view: copy it to keep it. */
  node(level: number, index: number): Uint8Array {
    if (level === TREE_DEPTH) return this.root();
    const base = exitBaseAt(level);
    return index < base ? this.objects.node(level, index) : this.exits.node(level, index - base);
  }

  /** The root; fresh only after `flush`. */
  root(): Uint8Array {
    const top = new Uint8Array(GROUP);
    for (let i = 0; i < 4; i++) top.set(this.node(TREE_DEPTH - 1, i), i * NODE);
    return this.kernels.keccak256(top);
  }

  /** Bytes reserved for nodes. */
  get byteLength(): number {
    const bytes = (region: Region): number => region.levels.reduce((sum, level) => sum + level.length, 0);
    return bytes(this.objects) + bytes(this.exits);
  }
}
