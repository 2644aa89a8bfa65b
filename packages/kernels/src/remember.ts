/** Kernels that remember whom they recovered: replays for disputes and older states check no signature twice. */
import type { Kernels } from "./interface.ts";

const DIGEST_BYTES = 32;
const SIGNATURE_BYTES = 64;
const ADDRESS_BYTES = 20;

/** Remembers between `capacity / 2` and `capacity` signers, the latest ones. */
export function rememberSigners(kernels: Kernels, capacity: number): Kernels {
  const half = Math.ceil(capacity / 2);
  let current = new Map<string, string>();
  let previous = new Map<string, string>();

  const remember = (key: string, signer: string): void => {
    if (current.size >= half) {
      previous = current;
      current = new Map();
    }
    current.set(key, signer);
  };

  const recoverBatch: Kernels["recoverBatch"] = (digests, signatures, count, out, outKeys) => {
    if (outKeys !== undefined) return kernels.recoverBatch(digests, signatures, count, out, outKeys); // not remembered
    const missing: number[] = [];
    const keys: string[] = [];
    for (let i = 0; i < count; i++) {
      const key = keyOf(digests, signatures, i);
      const signer = current.get(key) ?? previous.get(key);
      if (signer !== undefined) out.set(Buffer.from(signer, "latin1"), ADDRESS_BYTES * i);
      else missing.push(i);
      keys.push(key);
    }
    if (missing.length === 0) return;
    const found = new Uint8Array(ADDRESS_BYTES * missing.length);
    kernels.recoverBatch(
      gather(digests, DIGEST_BYTES, missing),
      gather(signatures, SIGNATURE_BYTES, missing),
      missing.length,
      found,
    );
    missing.forEach((i, at) => {
      const signer = found.subarray(ADDRESS_BYTES * at, ADDRESS_BYTES * (at + 1));
      out.set(signer, ADDRESS_BYTES * i);
      remember(keys[i] as string, latin1(signer));
    });
  };

  return {
    name: kernels.name,
    keccak256: (data) => kernels.keccak256(data),
    keccakBatch: (data, ends, count, out) => kernels.keccakBatch(data, ends, count, out),
    keccakSpans: (data, spans, places, count, out) => kernels.keccakSpans(data, spans, places, count, out),
    treeUpdate: (levels, dirty, count) => kernels.treeUpdate(levels, dirty, count),
    applyPlain: (memory, run) => kernels.applyPlain(memory, run),
    digestBatch: (envelopes, digests, signatures, status) =>
      kernels.digestBatch(envelopes, digests, signatures, status),
    verifyBatch: (digests, signatures, keys, count) => kernels.verifyBatch(digests, signatures, keys, count),
    recoverBatch,
  };
}

/** The whole digest and the whole signature, one character a byte: nothing shorter may stand for a signer. */
function keyOf(digests: Uint8Array, signatures: Uint8Array, i: number): string {
  const digest = digests.subarray(DIGEST_BYTES * i, DIGEST_BYTES * (i + 1));
  const signature = signatures.subarray(SIGNATURE_BYTES * i, SIGNATURE_BYTES * (i + 1));
  return latin1(digest) + latin1(signature);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function gather(source: Uint8Array, size: number, places: readonly number[]): Uint8Array {
  const out = new Uint8Array(size * places.length);
  places.forEach((place, at) => out.set(source.subarray(size * place, size * (place + 1)), size * at));
  return out;
}
