/** What travels with a blob transaction, and never gets into a block (EIP-4844, EIP-7594). */
import { type Hex, concat, toHex } from "@lakh/protocol";

import type { Kzg } from "./kzg.ts";
import { versionedHash } from "./opening.ts";

/** With one proof a blob, or with one a cell: which one an L1 takes depends on its hardfork. */
export type SidecarForm = "eip4844" | "eip7594";

export interface SidecarBlob {
  /** 131,072 bytes. */
  readonly data: Hex;
  readonly commitment: Hex;
  /** 48 bytes, or 48 for each of 128 cells. */
  readonly proof: Hex;
}

export interface Sidecar {
  readonly form: SidecarForm;
  readonly versionedHashes: readonly Hex[];
  readonly blobs: readonly SidecarBlob[];
}

/** The sidecar of blobs. Cost a blob: a commitment, and a proof (eip4844) or 128 (eip7594, near a second). */
export function makeSidecar(kzg: Kzg, blobs: readonly Uint8Array[], form: SidecarForm): Sidecar {
  const made = blobs.map((blob) => {
    const commitment = kzg.commit(blob);
    const proof = form === "eip4844" ? kzg.blobProof(blob, commitment) : concat(...kzg.cellProofs(blob));
    return {
      versionedHash: versionedHash(commitment),
      blob: { data: toHex(blob), commitment: toHex(commitment), proof: toHex(proof) },
    };
  });
  return {
    form,
    versionedHashes: made.map(({ versionedHash: hash }) => hash),
    blobs: made.map(({ blob }) => blob),
  };
}
