/*
 * Compares millions of recoveries of the native kernels with libsecp256k1, at the speed of the latter. Needs that library
 * (Debian: libsecp256k1-dev); npm run fuzz:kernels needs nothing and compares more kinds of input.
 *
 *   cd "$(mktemp -d)"; K=REPO/packages/kernels/native
 *   cc -O3 -DLAKH_LANES -c $(ls $K/[!a]*.c | grep -v 8.c)      all but addon.c and arguments.c
 *   cc -O3 -mavx512f -mavx512dq -mavx512vl -mavx512ifma -c $K/*8.c
 *   cc -O2 -I $K REPO/scripts/compare-recovery.c *.o -lsecp256k1 -pthread
 *   ./a.out SECONDS SEED
 *
 * Every signature is random: r, s and digest are random bytes, so about half of them are valid. Ends with status 1 at the
 * first difference.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include "kernels.h"
#include "scalar.h"

enum { COUNT = 4096 };

/* splitmix64 */
static uint64_t next(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

/* The key by libsecp256k1; false when the signature is not valid by docs/spec/digest.md. */
static bool recover(const secp256k1_context *context, const uint8_t *digest, const uint8_t *signature, uint8_t *key) {
  secp256k1_ecdsa_recoverable_signature parsed;
  secp256k1_pubkey point;
  uint8_t compact[SIGNATURE_BYTES], serialized[1 + KEY_BYTES];
  size_t size = sizeof serialized;
  scalar s;
  memcpy(compact, signature, SIGNATURE_BYTES);
  compact[32] &= 0x7f;
  scalar_read(&s, compact + 32);
  if (scalar_above(&s, &SCALAR_HALF)) return false;
  if (!secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed, compact, signature[32] >> 7)) return false;
  if (!secp256k1_ecdsa_recover(context, &point, &parsed, digest)) return false;
  secp256k1_ec_pubkey_serialize(context, serialized, &size, &point, SECP256K1_EC_UNCOMPRESSED);
  memcpy(key, serialized + 1, KEY_BYTES);
  return true;
}

int main(int argc, char **argv) {
  static uint8_t digests[COUNT * HASH_BYTES], signatures[COUNT * SIGNATURE_BYTES];
  static uint8_t addresses[COUNT * ADDRESS_BYTES], keys[COUNT * KEY_BYTES];
  const backend *b = vector_backend() != NULL ? vector_backend() : &scalar_backend;
  const secp256k1_context *context = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
  if (argc != 3) return fprintf(stderr, "usage: %s SECONDS SEED\n", argv[0]), 2;
  const time_t end = time(NULL) + atol(argv[1]);
  uint64_t state = strtoull(argv[2], NULL, 10), all = 0, valid = 0, round = 0;
  while (time(NULL) < end) {
    for (size_t i = 0; i < sizeof digests; i += 8) memcpy(digests + i, &(uint64_t){next(&state)}, 8);
    for (size_t i = 0; i < sizeof signatures; i += 8) memcpy(signatures + i, &(uint64_t){next(&state)}, 8);
    if (!recover_batch(b, digests, signatures, COUNT, addresses, keys)) return 3;
    for (size_t i = 0; i < COUNT; i++) {
      uint8_t key[KEY_BYTES] = {0};
      valid += recover(context, digests + i * HASH_BYTES, signatures + i * SIGNATURE_BYTES, key);
      if (memcmp(key, keys + i * KEY_BYTES, KEY_BYTES) == 0) continue;
      printf("DIFFERENCE in round %llu, signature %zu (seed %s)\n", (unsigned long long)round, i, argv[2]);
      return 1;
    }
    all += COUNT;
    if (++round % 500 == 0) {
      printf("%llu compared, %llu valid\n", (unsigned long long)all, (unsigned long long)valid);
      fflush(stdout);
    }
  }
  printf("no difference (%s): %llu compared, %llu of them valid\n", b->name, (unsigned long long)all,
         (unsigned long long)valid);
  return 0;
}
