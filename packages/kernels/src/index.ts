export { ADDRESS_BYTES, HASH_BYTES, SIGNATURE_BYTES, type Kernels } from "./interface.ts";
export { loadKernels, UnknownKernelsError } from "./load.ts";
