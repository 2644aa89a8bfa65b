import { createKeccak } from "hash-wasm";

import { createBlock } from "./block.ts";
import { EnvelopeHasher } from "./digest.ts";
import { HASH_BYTES, type Kernels } from "./interface.ts";
import { createRecovery } from "./recover.ts";
import { verifyByEquation } from "./verify.ts";
import { instantiate } from "./wasm.ts";

const GROUP_BYTES = 4 * HASH_BYTES;

/** Whether `bytes` bytes of `data` from `at` are all zero. */
function isZero(data: Uint8Array, at: number, bytes: number): boolean {
  for (let i = at; i < at + bytes; i++) if (data[i] !== 0) return false;
  return true;
}

/**
 * Kernels in WebAssembly: the same answers everywhere, without a compiler.
 * @throws WasmUnavailableError
 */
export async function createPortableKernels(): Promise<Kernels> {
  const hasher = await createKeccak(256);
  const keccak256 = (data: Uint8Array): Uint8Array => hasher.init().update(data).digest("binary");

  function keccakBatch(data: Uint8Array, ends: Uint32Array, count: number, out: Uint8Array): void {
    let start = 0;
    for (let i = 0; i < count; i++) {
      const end = ends[i] ?? 0;
      out.set(keccak256(data.subarray(start, end)), i * HASH_BYTES);
      start = end;
    }
  }

  function keccakSpans(
    data: Uint8Array,
    spans: Uint32Array,
    places: Uint32Array,
    count: number,
    out: Uint8Array,
  ): void {
    for (let i = 0; i < count; i++)
      out.set(keccak256(data.subarray(spans[2 * i], spans[2 * i + 1])), HASH_BYTES * (places[i] ?? 0));
  }

  function treeUpdate(levels: readonly Uint8Array[], dirty: Uint32Array, count: number): void {
    for (let level = 0; level + 1 < levels.length; level++) {
      const children = levels[level];
      const parents = levels[level + 1];
      if (children === undefined || parents === undefined) break;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const parent = (dirty[i] ?? 0) >>> 2;
        if (kept > 0 && dirty[kept - 1] === parent) continue;
        dirty[kept++] = parent;
        const at = parent * GROUP_BYTES;
        if (isZero(children, at, GROUP_BYTES)) parents.fill(0, parent * HASH_BYTES, (parent + 1) * HASH_BYTES);
        else parents.set(keccak256(children.subarray(at, at + GROUP_BYTES)), parent * HASH_BYTES);
      }
      count = kept;
    }
  }

  const block = createBlock(instantiate());
  const recoverBatch = createRecovery(block, keccak256);
  const envelopes = new EnvelopeHasher(keccak256);
  return {
    name: "portable",
    keccak256,
    keccakBatch,
    keccakSpans,
    digestBatch: (...args) => envelopes.digestBatch(...args),
    recoverBatch,
    verifyBatch: verifyByEquation(block, recoverBatch),
    treeUpdate,
  };
}
