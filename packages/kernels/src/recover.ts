/** `recoverBatch` of the portable kernels. */
import { BLOCK, type WasmBlock } from "./block.ts";
import { ADDRESS_BYTES, HASH_BYTES, KEY_BYTES, type Kernels, SIGNATURE_BYTES } from "./interface.ts";
import { recoverReference } from "./reference.ts";

/** What became of a signature (wasm/recover.ts); `Open`: only complete additions can tell. */
const Outcome = { None: 0, Found: 1, Open: 2 } as const;

/** @param keccak256 of the keys, whose last 20 bytes are the addresses */
export function createRecovery(block: WasmBlock, keccak256: (data: Uint8Array) => Uint8Array): Kernels["recoverBatch"] {
  /** The key of signature `i` of the block, if it has one. */
  function keyOf(i: number): Uint8Array | undefined {
    if (block.outcomes[i] === Outcome.None) return undefined;
    if (block.outcomes[i] === Outcome.Open) return recoverReference(block.digests, block.signatures, i);
    return block.keys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);
  }

  return (digests, signatures, count, outAddresses, outKeys) => {
    for (let start = 0; start < count; start += BLOCK) {
      const end = Math.min(start + BLOCK, count);
      block.digests.set(digests.subarray(start * HASH_BYTES, end * HASH_BYTES));
      block.signatures.set(signatures.subarray(start * SIGNATURE_BYTES, end * SIGNATURE_BYTES));
      block.wasm.recover(end - start);
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
