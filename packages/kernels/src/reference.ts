/**
 * Recovery with npm's libsecp256k1 in WebAssembly: right in every case, four times slower than the portable kernels' own.
 * They fall back on it for the rare signatures that need complete additions, and tests compare everything with it.
 */
import { isXOnlyPoint, recover } from "tiny-secp256k1";

import { HASH_BYTES, SIGNATURE_BYTES } from "./interface.ts";
import { splitCompact } from "./signature.ts";

/** The key of signature `i`, 64 bytes; undefined when it is not valid. */
export function recoverReference(digests: Uint8Array, signatures: Uint8Array, i: number): Uint8Array | undefined {
  const plain = new Uint8Array(SIGNATURE_BYTES);
  const parity = splitCompact(signatures, i * SIGNATURE_BYTES, plain);
  if (parity === undefined) return undefined;
  const digest = Uint8Array.from(digests.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  try {
    return recover(digest, plain, parity, false)?.subarray(1);
  } catch (error) {
    if (isXOnlyPoint(plain.subarray(0, 32))) throw error;
    return undefined; // r is the x of no point
  }
}
