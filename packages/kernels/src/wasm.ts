/** The WebAssembly of the portable kernels (wasm/index.ts), compiled once a thread. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The module was not built. Severity: fatal. */
export class WasmUnavailableError extends Error {
  readonly code = "KERNELS_WASM_UNAVAILABLE";

  constructor() {
    super("The WebAssembly of the portable kernels was not built: npm run build");
  }
}

/** A place in the memory of an instance. */
export interface Place {
  readonly value: number;
}

/** What an instance exports. */
export interface WasmKernels {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly DIGESTS: Place;
  readonly SIGNATURES: Place;
  readonly KEYS: Place;
  readonly ADDRESSES: Place;
  readonly OUTCOMES: Place;
  readonly RANDOMNESS: Place;
  readonly MESSAGES: Place;
  readonly ENDS: Place;
  readonly HASHES: Place;
  /** Recovers the first `count` signatures; an outcome each (wasm/recover.ts). */
  recover(count: number): void;
  /** Whether the first `count` signatures are those of the first keys; a verdict (wasm/verify.ts). */
  verify(count: number): number;
  /** Hashes the first `count` messages, whose ends stand in ENDS. */
  hash(count: number): void;
  /** Hashes `count` groups of four nodes, 128 bytes each, to their parents. */
  hashGroups(count: number): void;
  /** One long message: starts it; takes in all of MESSAGES; takes in its last bytes and writes the hash. */
  startLong(): void;
  continueLong(): void;
  endLong(length: number): void;
}

/** Where build-wasm.mjs puts the module. */
const MODULE = join(import.meta.dirname, "../dist/kernels.wasm");

let compiled: WebAssembly.Module | undefined;

/**
 * A fresh instance: a few milliseconds for the table of the generator's multiples.
 * @throws WasmUnavailableError
 */
export function instantiate(): WasmKernels {
  if (compiled === undefined) {
    if (!existsSync(MODULE)) throw new WasmUnavailableError();
    compiled = new WebAssembly.Module(readFileSync(MODULE));
  }
  return new WebAssembly.Instance(compiled).exports as WasmKernels;
}
