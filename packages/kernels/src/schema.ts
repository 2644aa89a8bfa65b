/** The protocol's constants as the native kernels take them (native/envelope.h, `protocol_schema`). */
import {
  ENVELOPE_TYPE_HASH,
  ENVELOPE_VERSION,
  MAX_ITEM,
  MAX_OPS,
  OBJECT_LIMIT,
  OP_TYPE_HASH,
  VERBS,
  VERB_HASHES,
  Verb,
} from "@lakh/protocol";

import { HASH_BYTES } from "./interface.ts";

const HEAD_BYTES = 16;
const VERB_BYTES = 3 + HASH_BYTES;
const VERB_LIMIT = 256;

export function packSchema(): Uint8Array {
  const hashesEnd = HEAD_BYTES + 2 * HASH_BYTES;
  const out = new Uint8Array(hashesEnd + VERB_LIMIT * VERB_BYTES);
  const view = new DataView(out.buffer);
  [ENVELOPE_VERSION, MAX_ITEM, MAX_OPS, OBJECT_LIMIT].forEach((value, i) => view.setUint32(4 * i, value, true));
  out.set(OP_TYPE_HASH, HEAD_BYTES);
  out.set(ENVELOPE_TYPE_HASH, HEAD_BYTES + HASH_BYTES);
  VERBS.forEach((verb, id) => {
    if (verb === undefined) return;
    const leastObject2 = id === Verb.scopeSessionKey ? 0 : 1;
    const at = hashesEnd + id * VERB_BYTES;
    out.set([1, verb.mask, leastObject2], at);
    out.set(VERB_HASHES[id] as Uint8Array, at + 3);
  });
  return out;
}
