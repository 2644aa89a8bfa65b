/** `recoverBatch` of the portable kernels: blocks through the memory of the WebAssembly. */
import { ADDRESS_BYTES, HASH_BYTES, KEY_BYTES, type Kernels, SIGNATURE_BYTES } from "./interface.ts";
import { recoverReference } from "./reference.ts";
import type { Place, WasmKernels } from "./wasm.ts";

/** Most signatures of a call into the WebAssembly; outcomes of a signature (wasm/recover.ts). */
const BLOCK = 512;
const Outcome = { None: 0, Found: 1, Open: 2 } as const;

/**
 * @param wasm used by nobody else
 * @param keccak256 of the keys, whose last 20 bytes are the addresses
 */
export function createRecovery(
  wasm: WasmKernels,
  keccak256: (data: Uint8Array) => Uint8Array,
): Kernels["recoverBatch"] {
  const view = (at: Place, bytes: number): Uint8Array => new Uint8Array(wasm.memory.buffer, at.value, bytes);
  const blockDigests = view(wasm.DIGESTS, BLOCK * HASH_BYTES);
  const blockSignatures = view(wasm.SIGNATURES, BLOCK * SIGNATURE_BYTES);
  const blockKeys = view(wasm.KEYS, BLOCK * KEY_BYTES);
  const outcomes = view(wasm.OUTCOMES, BLOCK);

  /** The key of signature `i` of the block, if it has one. */
  function keyOf(i: number): Uint8Array | undefined {
    if (outcomes[i] === Outcome.None) return undefined;
    if (outcomes[i] === Outcome.Open) return recoverReference(blockDigests, blockSignatures, i);
    return blockKeys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);
  }

  return (digests, signatures, count, outAddresses, outKeys) => {
    for (let start = 0; start < count; start += BLOCK) {
      const end = Math.min(start + BLOCK, count);
      blockDigests.set(digests.subarray(start * HASH_BYTES, end * HASH_BYTES));
      blockSignatures.set(signatures.subarray(start * SIGNATURE_BYTES, end * SIGNATURE_BYTES));
      wasm.recover(end - start);
      for (let i = start; i < end; i++) {
        const key = keyOf(i - start);
        if (key === undefined) {
          outAddresses.fill(0, i * ADDRESS_BYTES, (i + 1) * ADDRESS_BYTES);
          outKeys?.fill(0, i * KEY_BYTES, (i + 1) * KEY_BYTES);
        } else {
          outAddresses.set(keccak256(key).subarray(HASH_BYTES - ADDRESS_BYTES), i * ADDRESS_BYTES);
          outKeys?.set(key, i * KEY_BYTES);
        }
      }
    }
  };
}
