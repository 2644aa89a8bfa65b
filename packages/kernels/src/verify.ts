/** `verifyBatch` by recovery. */
import { ADDRESS_BYTES, KEY_BYTES, type Kernels } from "./interface.ts";

/** The portable way of `verifyBatch`: recovers every key and compares. */
export function verifyByRecovery(recoverBatch: Kernels["recoverBatch"]): Kernels["verifyBatch"] {
  return (digests, signatures, publicKeys, count) => {
    const addresses = new Uint8Array(count * ADDRESS_BYTES);
    const keys = new Uint8Array(count * KEY_BYTES);
    recoverBatch(digests, signatures, count, addresses, keys);
    for (let i = 0; i < count; i++) {
      const at = i * KEY_BYTES;
      let found = 0;
      for (let k = at; k < at + KEY_BYTES; k++) {
        if (keys[k] !== publicKeys[k]) return false;
        found |= keys[k] as number;
      }
      if (found === 0) return false; // not valid, and the caller claims the key zero
    }
    return true;
  };
}
