import { createKeccak } from "hash-wasm";
import { isXOnlyPoint, recover } from "tiny-secp256k1";

import { EnvelopeHasher } from "./digest.ts";
import { ADDRESS_BYTES, HASH_BYTES, KEY_BYTES, SIGNATURE_BYTES, type Kernels } from "./interface.ts";
import { splitCompact } from "./signature.ts";
import { verifyByRecovery } from "./verify.ts";

const GROUP_BYTES = 4 * HASH_BYTES;

/** Whether `bytes` bytes of `data` from `at` are all zero. */
function isZero(data: Uint8Array, at: number, bytes: number): boolean {
  for (let i = at; i < at + bytes; i++) if (data[i] !== 0) return false;
  return true;
}

/** The public key, 65 bytes, of a signature whose r and s are in range; null when there is none. */
function recoverKey(digest: Uint8Array, signature: Uint8Array, parity: 0 | 1): Uint8Array | null {
  try {
    return recover(digest, signature, parity, false);
  } catch (error) {
    if (isXOnlyPoint(signature.subarray(0, 32))) throw error;
    return null; // r is the x of no point
  }
}

/** Kernels in WebAssembly, one call each: the same answers everywhere, without a compiler. */
export async function createPortableKernels(): Promise<Kernels> {
  const hasher = await createKeccak(256);
  const keccak256 = (data: Uint8Array): Uint8Array => hasher.init().update(data).digest("binary");

  function keccakBatch(data: Uint8Array, ends: Uint32Array, count: number, out: Uint8Array): void {
    let start = 0;
    for (let i = 0; i < count; i++) {
      const end = ends[i] ?? 0;
      out.set(keccak256(data.subarray(start, end)), i * HASH_BYTES);
      start = end;
    }
  }

  function keccakSpans(
    data: Uint8Array,
    spans: Uint32Array,
    places: Uint32Array,
    count: number,
    out: Uint8Array,
  ): void {
    for (let i = 0; i < count; i++)
      out.set(keccak256(data.subarray(spans[2 * i], spans[2 * i + 1])), HASH_BYTES * (places[i] ?? 0));
  }

  function recoverBatch(
    digests: Uint8Array,
    signatures: Uint8Array,
    count: number,
    outAddresses: Uint8Array,
    outKeys?: Uint8Array,
  ): void {
    const plain = new Uint8Array(SIGNATURE_BYTES);
    for (let i = 0; i < count; i++) {
      outAddresses.fill(0, i * ADDRESS_BYTES, (i + 1) * ADDRESS_BYTES);
      outKeys?.fill(0, i * KEY_BYTES, (i + 1) * KEY_BYTES);
      const parity = splitCompact(signatures, i * SIGNATURE_BYTES, plain);
      if (parity === undefined) continue;
      const publicKey = recoverKey(digests.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES), plain, parity);
      if (publicKey === null) continue;
      outAddresses.set(keccak256(publicKey.subarray(1)).subarray(12), i * ADDRESS_BYTES);
      outKeys?.set(publicKey.subarray(1), i * KEY_BYTES);
    }
  }

  function treeUpdate(levels: readonly Uint8Array[], dirty: Uint32Array, count: number): void {
    for (let level = 0; level + 1 < levels.length; level++) {
      const children = levels[level];
      const parents = levels[level + 1];
      if (children === undefined || parents === undefined) break;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const parent = (dirty[i] ?? 0) >>> 2;
        if (kept > 0 && dirty[kept - 1] === parent) continue;
        dirty[kept++] = parent;
        const at = parent * GROUP_BYTES;
        if (isZero(children, at, GROUP_BYTES)) parents.fill(0, parent * HASH_BYTES, (parent + 1) * HASH_BYTES);
        else parents.set(keccak256(children.subarray(at, at + GROUP_BYTES)), parent * HASH_BYTES);
      }
      count = kept;
    }
  }

  const envelopes = new EnvelopeHasher(keccak256);
  return {
    name: "portable",
    keccak256,
    keccakBatch,
    keccakSpans,
    digestBatch: (...args) => envelopes.digestBatch(...args),
    recoverBatch,
    verifyBatch: verifyByRecovery(recoverBatch),
    treeUpdate,
  };
}
