/* A block of signatures made ready for the curve: what both backends work from. */
#ifndef LAKH_RECOVERY_H
#define LAKH_RECOVERY_H

#include "comb.h"
#include "kernels.h"
#include "scalar.h"

enum { BLOCK = 512, HALF_WINDOWS = 32, HALF_ENTRIES = 8 };

/*
 * Lane i stands for the signature (r, s, parity) of digest z. Its key is Q = u1 G + u2 R with u1 = -z / r, u2 = s / r.
 *
 * u1 is odd or made odd by negation; its digits are the bytes of (u1 - 1) / 2 + 2^255: byte B stands for 2 B - 255.
 * u2 = k1 + LAMBDA k2; each half's size is made odd by adding 1 where it is even (R or LAMBDA R must then be taken away
 * again); its digits are the nibbles of (k - 1) / 2 + 2^127: nibble B stands for 2 B - 15. So no digit is ever zero.
 */
typedef struct recovery_block {
  size_t count;
  /* 1: r and s are in range. Other lanes hold numbers that do no harm; so do those from `count` to BLOCK. */
  uint8_t in_range[BLOCK];
  uint8_t parity[BLOCK];
  uint64_t x[5][BLOCK]; /* r as limbs of a field element */
  uint8_t comb_digits[COMB_WINDOWS][BLOCK];
  uint8_t comb_negative[BLOCK];
  uint8_t half_digits[2][HALF_WINDOWS][BLOCK];
  uint8_t half_negative[2][BLOCK];
  uint8_t half_was_even[2][BLOCK];
} recovery_block;

/*
 * Reads `count` <= BLOCK signatures into `in_range`, `parity` and `x` of a block, and r and s as scalars; out of range, r
 * and s are 1. What a lane without a signature holds does no harm.
 */
void recovery_read(recovery_block *block, const uint8_t *signatures, size_t count, scalar *r, scalar *s);

/* Fills `block` with `count` <= BLOCK signatures. */
void recovery_prepare(recovery_block *block, const uint8_t *digests, const uint8_t *signatures, size_t count);

/* The key of one lane, in every case right; false when there is none. */
bool recover_lane(const recovery_block *block, size_t lane, uint8_t key[KEY_BYTES]);

void recover_keys_scalar(const recovery_block *block, uint8_t *keys, uint8_t *found);
void recover_keys_vector(const recovery_block *block, uint8_t *keys, uint8_t *found);

/* Number and sign of the odd multiple that a digit picks: digits below `half` are negative. */
static inline unsigned digit_entry(unsigned digit, unsigned half) {
  return digit >= half ? digit - half : half - 1 - digit;
}

/* Big-endian bytes of a reduced field element. */
static inline void write_words(uint8_t out[32], const uint64_t w[4]) {
  for (int i = 0; i < 4; i++)
    for (int k = 0; k < 8; k++) out[8 * i + k] = (uint8_t)(w[3 - i] >> (56 - 8 * k));
}

#endif
