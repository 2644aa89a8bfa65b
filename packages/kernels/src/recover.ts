/** `recoverBatch` of the portable kernels. */
import { BLOCK, type WasmBlock } from "./block.ts";
import { ADDRESS_BYTES, HASH_BYTES, KEY_BYTES, type Kernels, SIGNATURE_BYTES } from "./interface.ts";
import { recoverReference } from "./reference.ts";

/** What became of a signature (wasm/recover.ts): only complete additions can tell. */
const OPEN = 2;

/** @param keccak256 of the keys, whose last 20 bytes are the addresses */
export function createRecovery(block: WasmBlock, keccak256: (data: Uint8Array) => Uint8Array): Kernels["recoverBatch"] {
  const { wasm, digests, signatures, keys, addresses, outcomes } = block;

  function recoverBlock(count: number): void {
    wasm.recover(count);
    for (let i = outcomes.indexOf(OPEN); i !== -1 && i < count; i = outcomes.indexOf(OPEN, i + 1)) {
      const key = recoverReference(digests, signatures, i);
      if (key === undefined) continue;
      keys.set(key, i * KEY_BYTES);
      addresses.set(keccak256(key).subarray(HASH_BYTES - ADDRESS_BYTES), i * ADDRESS_BYTES);
    }
  }

  return (allDigests, allSignatures, count, outAddresses, outKeys) => {
    for (let start = 0; start < count; start += BLOCK) {
      const end = Math.min(start + BLOCK, count);
      digests.set(allDigests.subarray(start * HASH_BYTES, end * HASH_BYTES));
      signatures.set(allSignatures.subarray(start * SIGNATURE_BYTES, end * SIGNATURE_BYTES));
      recoverBlock(end - start);
      outAddresses.set(addresses.subarray(0, (end - start) * ADDRESS_BYTES), start * ADDRESS_BYTES);
      outKeys?.set(keys.subarray(0, (end - start) * KEY_BYTES), start * KEY_BYTES);
    }
  };
}
