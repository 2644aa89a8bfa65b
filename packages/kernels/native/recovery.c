/* From digests and signatures to blocks of digits, and from keys to addresses. */
#include "recovery.h"

#include <stdlib.h>
#include <string.h>

/* Reads lane i's r and s; false when one is out of range (docs/spec/digest.md, "Signature"). */
static bool read_signature(recovery_block *block, size_t i, const uint8_t *signature, scalar *r, scalar *s) {
  scalar_read(r, signature);
  scalar_read(s, signature + 32);
  block->parity[i] = (uint8_t)(s->w[3] >> 63);
  s->w[3] &= ~0ULL >> 1;
  return !scalar_is_zero(r) && scalar_above(&SCALAR_ORDER, r) && !scalar_is_zero(s) && !scalar_above(s, &SCALAR_HALF);
}

static void write_comb(recovery_block *block, size_t i, const scalar *zr) {
  uint8_t digits[COMB_WINDOWS];
  block->comb_negative[i] = !scalar_odd_digits(digits, zr); /* u1 = -zr */
  for (int w = 0; w < COMB_WINDOWS; w++) block->comb_digits[w][i] = digits[w];
}

static void write_half(recovery_block *block, int which, size_t i, const half_scalar *k) {
  block->half_negative[which][i] = k->negative;
  block->half_was_even[which][i] = (k->w[0] & 1) == 0;
  uint64_t words[2] = {k->w[0] >> 1 | k->w[1] << 63, k->w[1] >> 1 | 1ULL << 63}; /* the added 1 is shifted out */
  for (int j = 0; j < 2; j++)
    for (int b = 0; b < 16; b++) block->half_digits[which][16 * j + b][i] = words[j] >> 4 * b & 15;
}

void recovery_read(recovery_block *block, const uint8_t *signatures, size_t count, scalar *r, scalar *s) {
  block->count = count;
  for (size_t i = 0; i < BLOCK; i++) {
    fe x = GENERATOR_X;
    block->in_range[i] = i < count && read_signature(block, i, signatures + i * SIGNATURE_BYTES, &r[i], &s[i]);
    if (block->in_range[i]) fe_from_words(&x, r[i].w);
    else if (i < count) r[i] = s[i] = (scalar){{1}};
    for (int l = 0; l < 5; l++) block->x[l][i] = x.l[l];
  }
}

void recovery_prepare(recovery_block *block, const uint8_t *digests, const uint8_t *signatures, size_t count) {
  scalar inverse[BLOCK], s[BLOCK], scratch[BLOCK];
  memset(block, 0, sizeof *block);
  recovery_read(block, signatures, count, inverse, s);
  scalar_invert_all(inverse, scratch, count);
  for (size_t i = 0; i < count; i++) {
    scalar z, u2;
    half_scalar k1, k2;
    scalar_read(&z, digests + i * HASH_BYTES);
    scalar_mul_montgomery(&z, &z, &inverse[i]);
    scalar_mul_montgomery(&u2, &s[i], &inverse[i]);
    scalar_split(&k1, &k2, &u2);
    write_comb(block, i, &z);
    write_half(block, 0, i, &k1);
    write_half(block, 1, i, &k2);
  }
}

/* Addresses of the keys found, zero for the others. */
static void write_addresses(const backend *b, const uint8_t *keys, const uint8_t *found, size_t count, uint8_t *out) {
  uint8_t hashes[LANES][HASH_BYTES];
  const uint8_t *messages[LANES];
  size_t bytes[LANES];
  uint8_t *to[LANES];
  for (size_t i = 0; i < count; i += LANES) {
    size_t n = count - i < LANES ? count - i : LANES;
    for (size_t k = 0; k < n; k++) {
      messages[k] = keys + (i + k) * KEY_BYTES;
      bytes[k] = KEY_BYTES;
      to[k] = hashes[k];
    }
    b->keccak(messages, bytes, n, to);
    for (size_t k = 0; k < n; k++) {
      if (found[i + k]) memcpy(out + (i + k) * ADDRESS_BYTES, hashes[k] + HASH_BYTES - ADDRESS_BYTES, ADDRESS_BYTES);
      else memset(out + (i + k) * ADDRESS_BYTES, 0, ADDRESS_BYTES);
    }
  }
}

/* What one block needs, in one allocation. */
typedef struct {
  recovery_block block;
  uint8_t keys[BLOCK * KEY_BYTES], found[BLOCK];
} workspace;

bool recover_batch(const backend *b, const uint8_t *digests, const uint8_t *signatures, size_t count,
                   uint8_t *addresses, uint8_t *keys) {
  workspace *w = aligned_alloc(64, (sizeof *w + 63) / 64 * 64);
  if (w == NULL) return false;
  for (size_t i = 0; i < count; i += BLOCK) {
    size_t n = count - i < BLOCK ? count - i : BLOCK;
    recovery_prepare(&w->block, digests + i * HASH_BYTES, signatures + i * SIGNATURE_BYTES, n);
    b->recover_keys(&w->block, w->keys, w->found);
    for (size_t k = 0; k < n; k++)
      if (!w->found[k]) memset(w->keys + k * KEY_BYTES, 0, KEY_BYTES);
    write_addresses(b, w->keys, w->found, n, addresses + i * ADDRESS_BYTES);
    if (keys != NULL) memcpy(keys + i * KEY_BYTES, w->keys, n * KEY_BYTES);
  }
  free(w);
  return true;
}
