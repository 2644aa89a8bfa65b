/** The memory of the portable kernels' WebAssembly, where a block of signatures lies while it works. */
import { ADDRESS_BYTES, HASH_BYTES, KEY_BYTES, SIGNATURE_BYTES } from "./interface.ts";
import type { Place, WasmKernels } from "./wasm.ts";

/** Most signatures of a block. */
export const BLOCK = 512;
/** Randomness that the batch equation takes for each signature. */
const RANDOM_BYTES = 16;

/** What to call and where to put what it works on; bound to one instance. */
export interface WasmBlock {
  readonly wasm: WasmKernels;
  readonly digests: Uint8Array;
  readonly signatures: Uint8Array;
  readonly keys: Uint8Array;
  readonly addresses: Uint8Array;
  readonly outcomes: Uint8Array;
  readonly randomness: Uint8Array;
}

export function createBlock(wasm: WasmKernels): WasmBlock {
  const view = ({ value }: Place, bytes: number): Uint8Array =>
    new Uint8Array(wasm.memory.buffer, value, BLOCK * bytes);
  return {
    wasm,
    digests: view(wasm.DIGESTS, HASH_BYTES),
    signatures: view(wasm.SIGNATURES, SIGNATURE_BYTES),
    keys: view(wasm.KEYS, KEY_BYTES),
    addresses: view(wasm.ADDRESSES, ADDRESS_BYTES),
    outcomes: view(wasm.OUTCOMES, 1),
    randomness: view(wasm.RANDOMNESS, RANDOM_BYTES),
  };
}
