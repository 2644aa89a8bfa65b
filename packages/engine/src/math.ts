/** Exact unsigned arithmetic. Rounding is in the name; nothing wraps. Twin of contracts/engine/Maths.sol. */

/** Largest amount. */
export const MAX_UNITS = 2n ** 64n - 1n;

/** floor(a · b / c); c > 0. */
export function mulDivDown(a: bigint, b: bigint, c: bigint): bigint {
  return (a * b) / c;
}

/** floor(√x), by Newton's method from above. */
export function sqrtDown(x: bigint): bigint {
  if (x < 2n) return x;
  let root = 1n << BigInt((x.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export function fitsUnits(x: bigint): boolean {
  return x <= MAX_UNITS;
}
