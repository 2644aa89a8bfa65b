import { createBlock } from "./block.ts";
import { EnvelopeHasher } from "./digest.ts";
import { createHashing } from "./hash.ts";
import type { Kernels } from "./interface.ts";
import { createRecovery } from "./recover.ts";
import { verifyByEquation } from "./verify.ts";
import { instantiate } from "./wasm.ts";

/**
 * Kernels in WebAssembly: the same answers everywhere, without a compiler.
 * @throws WasmUnavailableError
 */
export function createPortableKernels(): Kernels {
  const wasm = instantiate();
  const block = createBlock(wasm);
  const hashing = createHashing(wasm);
  const recoverBatch = createRecovery(block, hashing.keccak256);
  const envelopes = new EnvelopeHasher(hashing.keccak256);
  return {
    name: "portable",
    ...hashing,
    digestBatch: (...args) => envelopes.digestBatch(...args),
    recoverBatch,
    verifyBatch: verifyByEquation(block, recoverBatch),
    applyPlain: () => 0, // the engine executes them all
  };
}
