/**
 * Signs digests in bulk: each signature has a nonce point of its own, at consecutive nonces from a secret-free start.
 *
 * The signatures are plain ECDSA and nothing about them is cheaper to check than about a wallet's; but whoever knows how
 * they were made knows the keys, so this serves loads only.
 */
import { ORDER, consecutivePoints, inverses, readWord, writeWord } from "./curve.ts";

const HALF_ORDER = (ORDER - 1n) / 2n;
const TOP_BIT = 1n << 255n;

/** Signs blocks of digests one after the other, never with the same nonce point again. */
export class BulkSigner {
  private readonly points: ReturnType<typeof consecutivePoints>;
  private scalar: bigint;

  /** @param firstNonce scalar of the first nonce point */
  constructor(firstNonce: bigint) {
    this.points = consecutivePoints(firstNonce);
    this.scalar = firstNonce;
  }

  /**
   * Signs the digest of each of at most 1,024 envelopes.
   * @param digests 32 bytes each
   * @param keyOf private key of the signer of digest i
   * @param out receives 64 bytes each, EIP-2098
   */
  sign(digests: Uint8Array, count: number, keyOf: (i: number) => bigint, out: Uint8Array): void {
    const { x, y } = this.points.next().value as { x: readonly bigint[]; y: readonly bigint[] };
    if (count > x.length) throw new RangeError(`at most ${x.length} digests at a time, not ${count}`);
    const nonces = x.map((_, i) => (this.scalar + BigInt(i)) % ORDER);
    this.scalar += BigInt(x.length);
    const inverted = inverses(nonces, ORDER);
    const digestView = new DataView(digests.buffer, digests.byteOffset);
    const view = new DataView(out.buffer, out.byteOffset);
    for (let i = 0; i < count; i++) {
      const r = (x[i] as bigint) % ORDER;
      const sum = readWord(digestView, 32 * i) + r * keyOf(i);
      const s = ((sum % ORDER) * (inverted[i] as bigint)) % ORDER;
      const isHigh = s > HALF_ORDER;
      const parity = ((y[i] as bigint) & 1n) === 1n;
      writeWord(view, 64 * i, r);
      writeWord(view, 64 * i + 32, (isHigh ? ORDER - s : s) + (parity === isHigh ? 0n : TOP_BIT));
    }
  }
}
