/** The native kernels (native/addon.c) behind the interface. */
import { randomFillSync } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { HASH_BYTES, type Kernels } from "./interface.ts";
import { packSchema } from "./schema.ts";
import { verifyByRecovery } from "./verify.ts";

/** Functions of the addon, bound to one way of working; arguments as in `Kernels`. Wrong arguments: KERNELS_ARGUMENT. */
interface Backend {
  keccak256(data: Uint8Array, out: Uint8Array): void;
  keccakBatch(data: Uint8Array, ends: Uint32Array, count: number, out: Uint8Array): void;
  keccakSpans(data: Uint8Array, spans: Uint32Array, places: Uint32Array, count: number, out: Uint8Array): void;
  digestBatch(
    schema: Uint8Array,
    data: Uint8Array,
    spans: Uint32Array,
    count: number,
    tags: Uint8Array,
    objectCount: number,
    domain: Uint8Array,
    outDigests: Uint8Array,
    outSignatures: Uint8Array,
    outStatus: Uint8Array,
  ): void;
  recoverBatch(
    digests: Uint8Array,
    signatures: Uint8Array,
    count: number,
    outAddresses: Uint8Array,
    outKeys: Uint8Array | undefined,
  ): void;
  /** A `Verdict`. */
  verifyBatch(
    digests: Uint8Array,
    signatures: Uint8Array,
    publicKeys: Uint8Array,
    count: number,
    randomness: Uint8Array,
  ): number;
  treeUpdate(levels: readonly Uint8Array[], dirty: Uint32Array, count: number): void;
  applyPlain(
    schema: Uint8Array,
    data: Uint8Array,
    spans: Uint32Array,
    signers: Uint8Array,
    first: number,
    count: number,
    records: Uint8Array,
    heads: Uint32Array,
    dirty: Uint32Array,
    imageHeads: Uint32Array,
    imageWords: Uint32Array,
    registers: Uint32Array,
  ): number;
}

/** Answers of the addon's `verifyBatch`; `Undecided`: only recovery can tell. */
const Verdict = { Refused: 0, Holds: 1, Undecided: 2 } as const;
/** Randomness that the batch equation takes for each signature. */
const RANDOM_BYTES = 16;

/** How the addon can work: one signature after the other, or eight in the lanes of AVX-512. */
export type NativeMode = "scalar" | "avx512";
type Addon = { readonly [Mode in NativeMode]?: Backend };

/** Where build.mjs puts the addon. */
const ADDON = join(import.meta.dirname, "../dist/kernels.node");

/** What an addon must have; an older build lacks some. */
const FUNCTIONS: readonly (keyof Backend)[] = [
  "keccak256",
  "keccakBatch",
  "keccakSpans",
  "digestBatch",
  "recoverBatch",
  "verifyBatch",
  "treeUpdate",
  "applyPlain",
];

/** The addon, if it was built from sources like these. */
function loadAddon(): Addon | undefined {
  if (!existsSync(ADDON)) return undefined;
  const addon = createRequire(import.meta.url)(ADDON) as Addon;
  return FUNCTIONS.every((name) => typeof addon.scalar?.[name] === "function") ? addon : undefined;
}

/** What the addon can do here; empty when it was not built. */
export function nativeModes(): NativeMode[] {
  const addon = loadAddon();
  return (["scalar", "avx512"] as const).filter((mode) => addon?.[mode] !== undefined);
}

/** The native kernels in one mode; undefined where the addon or the CPU does not have it. */
export function createNativeKernels(mode: NativeMode): Kernels | undefined {
  const backend = loadAddon()?.[mode];
  if (backend === undefined) return undefined;
  const schema = packSchema();
  const { keccakBatch, keccakSpans, treeUpdate } = backend;
  const recoverBatch: Kernels["recoverBatch"] = (digests, signatures, count, outAddresses, outKeys) =>
    backend.recoverBatch(digests, signatures, count, outAddresses, outKeys);
  const verifyOneByOne = verifyByRecovery(recoverBatch);
  return {
    name: `native-${mode}`,
    keccak256(data) {
      const out = new Uint8Array(HASH_BYTES);
      backend.keccak256(data, out);
      return out;
    },
    keccakBatch,
    keccakSpans,
    digestBatch({ data, spans, count, tags, objectCount, domain }, outDigests, outSignatures, outStatus) {
      backend.digestBatch(schema, data, spans, count, tags, objectCount, domain, outDigests, outSignatures, outStatus);
    },
    recoverBatch,
    verifyBatch(digests, signatures, publicKeys, count) {
      const randomness = randomFillSync(new Uint8Array(count * RANDOM_BYTES));
      const verdict = backend.verifyBatch(digests, signatures, publicKeys, count, randomness);
      return verdict === Verdict.Undecided
        ? verifyOneByOne(digests, signatures, publicKeys, count)
        : verdict === Verdict.Holds;
    },
    treeUpdate,
    applyPlain({ records, heads, dirty, imageHeads, imageWords, registers }, { data, spans, signers, first, count }) {
      const memory = [records, heads, dirty, imageHeads, imageWords, registers] as const;
      return backend.applyPlain(schema, data, spans, signers, first, count, ...memory);
    },
  };
}
