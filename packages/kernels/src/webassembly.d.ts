/** The part of Node's WebAssembly that wasm.ts uses; no library of the compiler's settings declares it. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: unknown;
  }
}
