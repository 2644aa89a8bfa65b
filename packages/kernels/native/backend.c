/* Which way of working this CPU allows. */
#include "keccak.h"
#include "recovery.h"
#include "verify.h"

const backend scalar_backend = {
    .name = "scalar",
    .keccak = keccak_scalar,
    .keccak_padded = keccak_padded_scalar,
    .hash_nodes = hash_nodes_scalar,
    .recover_keys = recover_keys_scalar,
};

#ifdef LAKH_LANES
static const backend lanes_backend = {
    .name = "avx512",
    .keccak = keccak_vector,
    .keccak_padded = keccak_padded_vector,
    .hash_nodes = hash_nodes_vector,
    .recover_keys = recover_keys_vector,
    .verify = verify_vector,
};

const backend *vector_backend(void) {
  __builtin_cpu_init();
  bool fits = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512ifma");
  return fits ? &lanes_backend : NULL;
}
#else
const backend *vector_backend(void) { return NULL; }
#endif
