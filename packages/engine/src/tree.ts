/** The nodes of the state tree, brought up to date with the state on demand (docs/spec/records.md). */
import type { Kernels } from "@lakh/kernels";
import { EXIT_BASE, TREE_DEPTH } from "@lakh/protocol";

import { growU8 } from "./grow.ts";
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
  private scratch = new Uint8Array(CHUNK_RECORDS * 128);
  private readonly ends = new Uint32Array(CHUNK_RECORDS);
  private readonly hashes = new Uint8Array(CHUNK_RECORDS * NODE);

  constructor(kernels: Kernels) {
    this.kernels = kernels;
  }

  /** Brings every node up to date with the state. Cost: the leaves that changed, and their paths. */
  flush(state: State): void {
    const dirty = state.dirty.slice(0, state.dirtyCount).sort();
    this.objects.reserve(state.nextObject);
    this.update(this.objects, dirty, state.nextObject, (index) => state.record(index));

    const until = Math.max(state.exits.count, this.exits.leafCount);
    const exits = Uint32Array.from({ length: until - state.dirtyExits }, (_, i) => state.dirtyExits + i);
    this.exits.reserve(state.exits.count);
    this.update(this.exits, exits, state.exits.count, (index) => state.exits.record(index));
    state.cleaned();
  }

  /** Hashes the records of the dirty leaves (zero from `limit` on) and updates what lies above them. */
  private update(region: Region, dirty: Uint32Array, limit: number, record: (index: number) => Uint8Array): void {
    const leaves = region.levels[0] as Uint8Array;
    let living = dirty.length;
    while (living > 0 && (dirty[living - 1] as number) >= limit) living--;
    for (let start = 0; start < living; start += CHUNK_RECORDS) {
      const count = Math.min(CHUNK_RECORDS, living - start);
      this.hashRecords(dirty, start, count, record);
      for (let i = 0; i < count; i++) {
        const to = (dirty[start + i] as number) * NODE;
        for (let b = 0; b < NODE; b++) leaves[to + b] = this.hashes[i * NODE + b] as number;
      }
    }
    let known = living; // leaves that never made it into the tree need no removal
    while (known < dirty.length && (dirty[known] as number) < region.leafCount) {
      const at = (dirty[known++] as number) * NODE;
      leaves.fill(0, at, at + NODE);
    }
    region.leafCount = limit;
    if (known > 0) this.kernels.treeUpdate(region.levels, dirty, known);
  }

  private hashRecords(dirty: Uint32Array, start: number, count: number, record: (index: number) => Uint8Array): void {
    let at = 0;
    for (let i = 0; i < count; i++) {
      const bytes = record(dirty[start + i] as number);
      this.scratch = growU8(this.scratch, at + bytes.length);
      this.scratch.set(bytes, at);
      at += bytes.length;
      this.ends[i] = at;
    }
    this.kernels.keccakBatch(this.scratch, this.ends, count, this.hashes);
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
