export {
  ADDRESS_BYTES,
  DigestStatus,
  type EnvelopeBlock,
  type EnvelopeRun,
  HASH_BYTES,
  KEY_BYTES,
  type Kernels,
  SIGNATURE_BYTES,
  type StateMemory,
} from "./interface.ts";
export { KernelsUnavailableError, UnknownKernelsError, loadKernels } from "./load.ts";
export { type NativeMode, createNativeKernels, nativeModes } from "./native.ts";
export { createPortableKernels } from "./portable.ts";
export { recoverReference } from "./reference.ts";
export { rememberSigners } from "./remember.ts";
export { FULL_SIGNATURE_BYTES, signFull } from "./sign.ts";
export { WasmUnavailableError } from "./wasm.ts";
