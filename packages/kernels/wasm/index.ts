/** The WebAssembly of the portable kernels: what its module exports. */
import { build } from "./comb";

export { DIGESTS, KEYS, OUTCOMES, SIGNATURES, recover } from "./recover";

build();
