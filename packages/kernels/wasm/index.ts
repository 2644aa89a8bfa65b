/** The WebAssembly of the portable kernels: what its module exports. */
import { build } from "./comb";

export { ENDS, HASHES, MESSAGES, continueLong, endLong, hash, hashGroups, startLong } from "./hashes";
export { ADDRESSES, KEYS, OUTCOMES, recover } from "./recover";
export { DIGESTS, SIGNATURES } from "./signatures";
export { RANDOMNESS, verify } from "./verify";

build();
