/* What the batch equation needs besides points: factors, equal keys merged, batches of any size. */
#include "verify.h"

#include <string.h>

void read_factor(scalar *factor, const uint8_t randomness[RANDOM_BYTES], bool upper) {
  uint64_t *low = &factor->w[upper ? 2 : 0];
  *factor = (scalar){{0}};
  memcpy(low, randomness, RANDOM_BYTES);
  *low |= 1;
  scalar_reduce(factor);
}

void factor_digits(uint8_t digits[RANDOM_BYTES], const uint8_t randomness[RANDOM_BYTES]) {
  uint64_t w[2];
  memcpy(w, randomness, RANDOM_BYTES);
  w[0] = w[0] >> 1 | w[1] << 63;
  w[1] = w[1] >> 1 | 1ULL << 63;
  for (int i = 0; i < RANDOM_BYTES; i++) digits[i] = (uint8_t)(w[i / 8] >> 8 * (i % 8));
}

void keys_clear(key_set *keys, uint64_t salt) {
  keys->count = 0;
  keys->salt = salt | 1;
  memset(keys->slots, 0xff, sizeof keys->slots);
}

void keys_add(key_set *keys, const uint8_t key[KEY_BYTES], const scalar *factor) {
  uint64_t word;
  memcpy(&word, key + 24, 8);
  size_t slot = (size_t)(word * keys->salt >> 32) % (2 * VERIFY_MOST); /* salted: nobody can choose keys that collide */
  for (; keys->slots[slot] >= 0; slot = (slot + 1) % (2 * VERIFY_MOST)) {
    int32_t i = keys->slots[slot];
    if (memcmp(keys->bytes[i], key, KEY_BYTES) != 0) continue;
    scalar_add(&keys->sum[i], &keys->sum[i], factor);
    return;
  }
  keys->slots[slot] = (int32_t)keys->count;
  keys->bytes[keys->count] = key;
  keys->sum[keys->count++] = *factor;
}

static bool read_coordinate(fe *r, const uint8_t bytes[32]) {
  scalar number;
  fe reduced;
  scalar_read(&number, bytes);
  fe_from_words(r, number.w);
  reduced = *r;
  fe_reduce(&reduced);
  return memcmp(&reduced, r, sizeof reduced) == 0; /* below p */
}

bool read_key(affine *point, const uint8_t key[KEY_BYTES]) {
  const fe seven = {{7, 0, 0, 0, 0}};
  fe square, cube;
  if (!read_coordinate(&point->x, key) || !read_coordinate(&point->y, key + 32)) return false;
  fe_square(&square, &point->y);
  fe_square(&cube, &point->x);
  fe_mul(&cube, &cube, &point->x);
  fe_add(&cube, &cube, &seven, 1);
  return fe_equal(&square, &cube);
}

verdict verify_batch(const backend *b, const uint8_t *digests, const uint8_t *signatures, const uint8_t *keys,
                     size_t count, const uint8_t *randomness) {
  if (b->verify == NULL || count < VERIFY_LEAST) return UNDECIDED;
  size_t parts = (count + VERIFY_MOST - 1) / VERIFY_MOST, done = 0;
  verdict all = HOLDS;
  for (size_t part = 0; part < parts; part++) { /* of equal size: small ones are slow */
    size_t n = (count - done) / (parts - part);
    verdict one = b->verify(digests + done * HASH_BYTES, signatures + done * SIGNATURE_BYTES, keys + done * KEY_BYTES,
                            n, randomness + done * RANDOM_BYTES);
    if (one == REFUSED) return REFUSED;
    if (one == UNDECIDED) all = UNDECIDED;
    done += n;
  }
  return all;
}
