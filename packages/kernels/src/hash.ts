/** keccak256 and the tree of the portable kernels: as many messages a call as the memory of the WebAssembly takes. */
import { BLOCK } from "./block.ts";
import { HASH_BYTES, type Kernels } from "./interface.ts";
import type { WasmKernels } from "./wasm.ts";

/** Bytes for messages, a multiple of the hash's blocks (wasm/hashes.ts). */
const CAPACITY = 69_632;
const GROUP_BYTES = 4 * HASH_BYTES;

/** The functions of `Kernels` that hash. */
export type Hashing = Pick<Kernels, "keccak256" | "keccakBatch" | "keccakSpans" | "treeUpdate">;

export function createHashing(wasm: WasmKernels): Hashing {
  const { buffer } = wasm.memory;
  const messages = new Uint8Array(buffer, wasm.MESSAGES.value, CAPACITY);
  const ends = new Uint32Array(buffer, wasm.ENDS.value, BLOCK);
  const hashes = new Uint8Array(buffer, wasm.HASHES.value, BLOCK * HASH_BYTES);

  /** Writes the hash of one message as the first. */
  function hashOne(data: Uint8Array): void {
    if (data.length <= CAPACITY) {
      messages.set(data);
      ends[0] = data.length;
      wasm.hash(1);
      return;
    }
    let at = 0;
    for (wasm.startLong(); data.length - at > CAPACITY; at += CAPACITY) {
      messages.set(data.subarray(at, at + CAPACITY));
      wasm.continueLong();
    }
    messages.set(data.subarray(at));
    wasm.endLong(data.length - at);
  }

  function keccakBatch(data: Uint8Array, allEnds: Uint32Array, count: number, out: Uint8Array): void {
    for (let i = 0; i < count;) {
      const start = i === 0 ? 0 : (allEnds[i - 1] as number);
      let fit = 0; // messages that one call takes
      for (; fit < BLOCK && i + fit < count && (allEnds[i + fit] as number) - start <= CAPACITY; fit++)
        ends[fit] = (allEnds[i + fit] as number) - start;
      if (fit === 0) {
        hashOne(data.subarray(start, allEnds[i]));
        fit = 1;
      } else {
        messages.set(data.subarray(start, start + (ends[fit - 1] as number)));
        wasm.hash(fit);
      }
      out.set(hashes.subarray(0, fit * HASH_BYTES), i * HASH_BYTES);
      i += fit;
    }
  }

  function keccakSpans(
    data: Uint8Array,
    spans: Uint32Array,
    places: Uint32Array,
    count: number,
    out: Uint8Array,
  ): void {
    for (let i = 0; i < count; i++) {
      hashOne(data.subarray(spans[2 * i], spans[2 * i + 1]));
      out.set(hashes.subarray(0, HASH_BYTES), HASH_BYTES * (places[i] as number));
    }
  }

  /** Hashes the groups of `children` that `parents` name to their nodes. */
  function hashParents(children: Uint8Array, parents: Uint32Array, out: Uint8Array): void {
    for (let start = 0; start < parents.length; start += BLOCK) {
      const count = Math.min(BLOCK, parents.length - start);
      for (let i = 0; i < count; i++) {
        const at = (parents[start + i] as number) * GROUP_BYTES;
        messages.set(children.subarray(at, at + GROUP_BYTES), i * GROUP_BYTES);
      }
      wasm.hashGroups(count);
      for (let i = 0; i < count; i++)
        out.set(hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES), (parents[start + i] as number) * HASH_BYTES);
    }
  }

  function treeUpdate(levels: readonly Uint8Array[], dirty: Uint32Array, count: number): void {
    for (let level = 0; level + 1 < levels.length; level++) {
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const parent = (dirty[i] as number) >>> 2;
        if (kept === 0 || dirty[kept - 1] !== parent) dirty[kept++] = parent;
      }
      count = kept;
      hashParents(levels[level] as Uint8Array, dirty.subarray(0, count), levels[level + 1] as Uint8Array);
    }
  }

  function keccak256(data: Uint8Array): Uint8Array {
    hashOne(data);
    return hashes.slice(0, HASH_BYTES);
  }

  return { keccak256, keccakBatch, keccakSpans, treeUpdate };
}
