/**
 * The rules of a valid signature that do not need the curve (docs/spec/digest.md): 0 < r < n, 0 < s ≤ (n − 1) / 2.
 */

/** Order of secp256k1, big-endian. */
const ORDER = Uint8Array.from(
  "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141".match(/../g) ?? [],
  (byte) => parseInt(byte, 16),
);
/** (order − 1) / 2, big-endian: the largest s. */
const HALF_ORDER = Uint8Array.from(
  "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0".match(/../g) ?? [],
  (byte) => parseInt(byte, 16),
);

/** Compares 32 bytes of `data` at `at` with `bound`: negative, zero or positive. */
function compareWord(data: Uint8Array, at: number, bound: Uint8Array): number {
  for (let i = 0; i < 32; i++) {
    const difference = (data[at + i] ?? 0) - (bound[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isZeroWord(data: Uint8Array, at: number): boolean {
  for (let i = 0; i < 32; i++) if (data[at + i] !== 0) return false;
  return true;
}

/**
 * Splits a compact signature (EIP-2098).
 * @param plain receives `r ‖ s`, 64 bytes
 * @returns the parity of y, or undefined when r or s is out of range
 */
export function splitCompact(signatures: Uint8Array, at: number, plain: Uint8Array): 0 | 1 | undefined {
  for (let i = 0; i < 64; i++) plain[i] = signatures[at + i] ?? 0;
  const parity = (plain[32] ?? 0) >= 0x80 ? 1 : 0;
  plain[32] = (plain[32] ?? 0) & 0x7f;
  if (isZeroWord(plain, 0) || compareWord(plain, 0, ORDER) >= 0) return undefined;
  if (isZeroWord(plain, 32) || compareWord(plain, 32, HALF_ORDER) > 0) return undefined;
  return parity;
}
