/** `verifyBatch` by recovery, and that of the portable kernels. */
import { randomFillSync } from "node:crypto";

import { BLOCK, type WasmBlock } from "./block.ts";
import { ADDRESS_BYTES, HASH_BYTES, KEY_BYTES, type Kernels, SIGNATURE_BYTES } from "./interface.ts";

/** Answers of the batch equation (wasm/verify.ts); `Undecided`: only recovery can tell. */
const Verdict = { Refused: 0, Holds: 1, Undecided: 2 } as const;
/** Fewer signatures than this are recovered: the equation does not pay. */
const LEAST = 48;

/** Recovers every key and compares. */
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

/** The batch equation for one block after the other; recovery for blocks that it cannot decide. */
export function verifyByEquation(block: WasmBlock, recoverBatch: Kernels["recoverBatch"]): Kernels["verifyBatch"] {
  const verifyOneByOne = verifyByRecovery(recoverBatch);

  function verifyBlock(digests: Uint8Array, signatures: Uint8Array, publicKeys: Uint8Array, count: number): boolean {
    if (count < LEAST) return verifyOneByOne(digests, signatures, publicKeys, count);
    block.digests.set(digests);
    block.signatures.set(signatures);
    block.keys.set(publicKeys);
    randomFillSync(block.randomness);
    const verdict = block.wasm.verify(count);
    if (verdict === Verdict.Undecided) return verifyOneByOne(digests, signatures, publicKeys, count);
    return verdict === Verdict.Holds;
  }

  return (digests, signatures, publicKeys, count) => {
    const blocks = Math.ceil(count / BLOCK);
    for (let b = 0; b < blocks; b++) {
      const start = Math.floor((count * b) / blocks); // of equal size: small ones are slow
      const end = Math.floor((count * (b + 1)) / blocks);
      const part = (bytes: Uint8Array, size: number): Uint8Array => bytes.subarray(start * size, end * size);
      const same = verifyBlock(
        part(digests, HASH_BYTES),
        part(signatures, SIGNATURE_BYTES),
        part(publicKeys, KEY_BYTES),
        end - start,
      );
      if (!same) return false;
    }
    return true;
  };
}
