/*
 * The field of secp256k1: integers mod p = 2^256 - 0x1000003d1, in five limbs of 52 bits.
 *
 * INVARIANT: every stored element is "loose": limbs 0 to 3 < 2^52, limb 4 < 2^48 + 2^6; it stands for its value mod p.
 * Every function takes and gives loose elements; only fe_reduce gives the one representative below p.
 */
#ifndef LAKH_FIELD_H
#define LAKH_FIELD_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint64_t l[5];
} fe;

#define LIMB_MASK 0xfffffffffffffULL
#define TOP_MASK 0xffffffffffffULL
/* 2^256 mod p and 2^260 mod p. */
#define FOLD_256 0x1000003d1ULL
#define FOLD_260 0x1000003d10ULL

static const uint64_t P_LIMBS[5] = {0xffffefffffc2f, LIMB_MASK, LIMB_MASK, LIMB_MASK, TOP_MASK};
static const fe FE_ONE = {{1, 0, 0, 0, 0}};
static const fe FE_ZERO = {{0, 0, 0, 0, 0}};
/* A cube root of one: (BETA x, y) = LAMBDA (x, y). */
static const fe FE_BETA = {{0x96c28719501ee, 0x7512f58995c13, 0xc3434e99cf049, 0x7106e64479ea, 0x7ae96a2b657c}};
static const fe GENERATOR_X = {{0x2815b16f81798, 0xdb2dce28d959f, 0xe870b07029bfc, 0xbbac55a06295c, 0x79be667ef9dc}};
static const fe GENERATOR_Y = {{0x7d08ffb10d4b8, 0x48a68554199c4, 0xe1108a8fd17b4, 0xc4655da4fbfc0, 0x483ada7726a3}};

/* Makes limbs below 2^58 loose. */
static inline void fe_settle(fe *r) {
  uint64_t top = r->l[4] >> 48;
  r->l[4] &= TOP_MASK;
  r->l[0] += top * FOLD_256;
  for (int i = 0; i < 4; i++) {
    r->l[i + 1] += r->l[i] >> 52;
    r->l[i] &= LIMB_MASK;
  }
}

typedef unsigned __int128 wide_limb;

/* Reduces columns, of which k stands for 2^(52 k), below 2^107 each. */
static inline void fe_reduce_columns(fe *r, const wide_limb columns[9]) {
  uint64_t high[5], c[5];
  wide_limb sum = columns[5];
#pragma GCC unroll 4
  for (int k = 0; k < 4; k++) {
    high[k] = (uint64_t)sum & LIMB_MASK;
    sum >>= 52;
    if (k < 3) sum += columns[k + 6];
  }
  high[4] = (uint64_t)sum;
  sum = 0;
#pragma GCC unroll 5
  for (int k = 0; k < 5; k++) {
    sum += columns[k] + (wide_limb)high[k] * FOLD_260;
    c[k] = (uint64_t)sum & LIMB_MASK;
    sum >>= 52;
  }
  uint64_t top = ((uint64_t)sum << 4) + (c[4] >> 48); /* < 2^60 */
  c[4] &= TOP_MASK;
  sum = c[0] + (wide_limb)top * FOLD_256;
  r->l[0] = (uint64_t)sum & LIMB_MASK;
  c[1] += (uint64_t)(sum >> 52);
#pragma GCC unroll 3
  for (int k = 1; k < 4; k++) {
    r->l[k] = c[k] & LIMB_MASK;
    c[k + 1] += c[k] >> 52;
  }
  r->l[4] = c[4];
}

static inline void fe_mul(fe *r, const fe *a, const fe *b) {
  wide_limb columns[9] = {0};
#pragma GCC unroll 5
  for (int i = 0; i < 5; i++)
#pragma GCC unroll 5
    for (int k = 0; k < 5; k++) columns[i + k] += (wide_limb)a->l[i] * b->l[k];
  fe_reduce_columns(r, columns);
}

static inline void fe_square(fe *r, const fe *a) {
  wide_limb columns[9] = {0};
#pragma GCC unroll 5
  for (int i = 0; i < 5; i++) {
    columns[2 * i] += (wide_limb)a->l[i] * a->l[i];
#pragma GCC unroll 5
    for (int k = i + 1; k < 5; k++) columns[i + k] += (wide_limb)(2 * a->l[i]) * a->l[k];
  }
  fe_reduce_columns(r, columns);
}

static inline void fe_square_times(fe *r, const fe *a, int times) {
  *r = *a;
  for (int i = 0; i < times; i++) fe_square(r, r);
}

/* a + factor b. INVARIANT: factor <= 16. */
static inline void fe_add(fe *r, const fe *a, const fe *b, uint64_t factor) {
  for (int i = 0; i < 5; i++) r->l[i] = a->l[i] + factor * b->l[i];
  fe_settle(r);
}

/* a - factor b. INVARIANT: factor <= 16; (factor + 1) p makes every limb positive. */
static inline void fe_subtract(fe *r, const fe *a, const fe *b, uint64_t factor) {
  for (int i = 0; i < 5; i++) r->l[i] = a->l[i] + (factor + 1) * P_LIMBS[i] - factor * b->l[i];
  fe_settle(r);
}

/* The representative below p. */
static inline void fe_reduce(fe *r) {
  fe less;
  fe_settle(r); /* < 2^256 + 2^38 */
  less = *r;    /* r - p, when it is not negative, is r + FOLD_256 without bit 256 */
  less.l[0] += FOLD_256;
  for (int i = 0; i < 4; i++) {
    less.l[i + 1] += less.l[i] >> 52;
    less.l[i] &= LIMB_MASK;
  }
  if (less.l[4] >> 48 != 0) {
    *r = less;
    r->l[4] &= TOP_MASK;
  }
}

static inline bool fe_is_zero(const fe *a) {
  fe t = *a;
  fe_reduce(&t);
  return (t.l[0] | t.l[1] | t.l[2] | t.l[3] | t.l[4]) == 0;
}

static inline bool fe_equal(const fe *a, const fe *b) {
  fe difference;
  fe_subtract(&difference, a, b, 1);
  return fe_is_zero(&difference);
}

/* Four 64-bit words, least first, of a reduced element; and back. */
static inline void fe_to_words(uint64_t w[4], const fe *a) {
  w[0] = a->l[0] | a->l[1] << 52;
  w[1] = a->l[1] >> 12 | a->l[2] << 40;
  w[2] = a->l[2] >> 24 | a->l[3] << 28;
  w[3] = a->l[3] >> 36 | a->l[4] << 16;
}

static inline void fe_from_words(fe *r, const uint64_t w[4]) {
  r->l[0] = w[0] & LIMB_MASK;
  r->l[1] = (w[0] >> 52 | w[1] << 12) & LIMB_MASK;
  r->l[2] = (w[1] >> 40 | w[2] << 24) & LIMB_MASK;
  r->l[3] = (w[2] >> 28 | w[3] << 36) & LIMB_MASK;
  r->l[4] = w[3] >> 16;
}

void fe_invert(fe *r, const fe *a);
/* A square root of `a`; false when it has none. */
bool fe_square_root(fe *r, const fe *a);

#endif
