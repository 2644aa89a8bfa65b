/*
 * The batch equation: every signature recovers to its key P exactly when R = (z / s) G + (r / s) P, so a whole batch
 * does when the sum of a (R - (z / s) G - (r / s) P) over all signatures is the point at infinity, for random factors a.
 */
#ifndef LAKH_VERIFY_H
#define LAKH_VERIFY_H

#include "comb.h"
#include "kernels.h"
#include "scalar.h"

/* A point, and what it is multiplied by: odd signed digits in base 256 (scalar_odd_digits). */
typedef struct {
  affine point;
  uint8_t digits[COMB_WINDOWS];
  bool negative; /* the product counts negatively */
} term;

/* The factor of a signature mod n: an odd number below 2^128, times 2^128 when it is to lie in the upper windows. */
void read_factor(scalar *factor, const uint8_t randomness[RANDOM_BYTES], bool upper);
/* The digits of that odd number: of windows 0 to 15, or 16 to 31. */
void factor_digits(uint8_t digits[RANDOM_BYTES], const uint8_t randomness[RANDOM_BYTES]);

/* The distinct keys of a batch, each with the sum of its factors. */
typedef struct {
  size_t count;
  const uint8_t *bytes[VERIFY_MOST];
  scalar sum[VERIFY_MOST];
  int32_t slots[2 * VERIFY_MOST]; /* open hashing: key numbers, or -1 */
  uint64_t salt;
} key_set;

void keys_clear(key_set *keys, uint64_t salt);
/* Adds `factor` to the sum of a key. */
void keys_add(key_set *keys, const uint8_t key[KEY_BYTES], const scalar *factor);
/* The point of a key; false when it is none of the curve. */
bool read_key(affine *point, const uint8_t key[KEY_BYTES]);

verdict verify_vector(const uint8_t *digests, const uint8_t *signatures, const uint8_t *keys, size_t count,
                      const uint8_t *randomness);

#endif
