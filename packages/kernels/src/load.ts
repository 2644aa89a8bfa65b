import type { Kernels } from "./interface.ts";
import { createPortableKernels } from "./portable.ts";

/** No kernels of this name. Severity: fatal. */
export class UnknownKernelsError extends Error {
  readonly code = "KERNELS_UNKNOWN";
  readonly requested: string;

  constructor(requested: string) {
    super(`LAKH_KERNELS is "${requested}"; set it to "portable" or leave it out`);
    this.requested = requested;
  }
}

/**
 * Loads the kernels that suit this machine.
 * @param requested an implementation by name; the default is the environment variable LAKH_KERNELS, then the best one
 * @throws UnknownKernelsError
 */
export async function loadKernels(requested = process.env.LAKH_KERNELS ?? "portable"): Promise<Kernels> {
  if (requested !== "portable") throw new UnknownKernelsError(requested);
  return createPortableKernels();
}
