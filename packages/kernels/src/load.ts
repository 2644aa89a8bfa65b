import { isMainThread } from "node:worker_threads";

import type { Kernels } from "./interface.ts";
import { createNativeKernels } from "./native.ts";
import { createPortableKernels } from "./portable.ts";

/** No kernels of this name. Severity: fatal. */
export class UnknownKernelsError extends Error {
  readonly code = "KERNELS_UNKNOWN";
  readonly requested: string;

  constructor(requested: string) {
    super(`LAKH_KERNELS is "${requested}"; set it to "portable", "native" or "native-scalar", or leave it out`);
    this.requested = requested;
  }
}

/** The native kernels were asked for and are not there. Severity: fatal. */
export class KernelsUnavailableError extends Error {
  readonly code = "KERNELS_UNAVAILABLE";

  constructor() {
    super("LAKH_KERNELS is native, but the native kernels were not built: npm run build says why");
  }
}

let warned = false;

/** Says once a process that the kernels are the slow ones. */
function warnPortable(): void {
  if (warned || !isMainThread) return;
  warned = true;
  process.emitWarning("Signatures and hashes run on the portable kernels, more slowly: npm run build says why", {
    code: "LAKH_KERNELS_PORTABLE",
  });
}

/**
 * Loads the kernels that suit this machine: the native ones, in the best way its CPU allows, or the portable ones where
 * there was no compiler.
 * @param requested "portable", "native", "native-scalar" (without AVX-512) or "" (the best there is); the default is the
 *   environment variable LAKH_KERNELS
 * @throws UnknownKernelsError, KernelsUnavailableError
 */
export async function loadKernels(requested = process.env.LAKH_KERNELS ?? ""): Promise<Kernels> {
  switch (requested) {
    case "portable":
      return createPortableKernels();
    case "native":
    case "native-scalar":
    case "": {
      const lanes = requested === "native-scalar" ? undefined : createNativeKernels("avx512");
      const native = lanes ?? createNativeKernels("scalar");
      if (native !== undefined) return native;
      if (requested !== "") throw new KernelsUnavailableError();
      warnPortable();
      return createPortableKernels();
    }
    default:
      throw new UnknownKernelsError(requested);
  }
}
