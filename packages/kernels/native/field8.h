/*
 * Field elements in lanes: SETS times eight at once, so that several multiplications are in flight. Every function works
 * on all sets; elements are loose (field.h), which keeps every factor within the 52 bits that vpmadd52 reads.
 */
#ifndef LAKH_FIELD8_H
#define LAKH_FIELD8_H

#include "field.h"
#include "lanes.h"

enum { SETS = 4, SET_LANES = SETS * LANES };

typedef struct {
  lanes l[5];
} fe8;

/* One element for each lane of each set. */
typedef struct {
  fe8 set[SETS];
} fes;

/* One bit a lane; a set is a byte. */
typedef struct {
  __mmask8 set[SETS];
} masks;

#define ALWAYS static inline __attribute__((always_inline))

ALWAYS lanes splat(uint64_t value) { return _mm512_set1_epi64((long long)value); }
ALWAYS lanes plus(lanes a, lanes b) { return _mm512_add_epi64(a, b); }
ALWAYS lanes minus(lanes a, lanes b) { return _mm512_sub_epi64(a, b); }
ALWAYS lanes low52(lanes a) { return _mm512_and_si512(a, splat(LIMB_MASK)); }
ALWAYS lanes times(lanes a, unsigned shift) { return _mm512_slli_epi64(a, shift); }

/* Carries limbs 0 to 3, which are below 2^58, upwards. */
ALWAYS void carry8(fe8 *r, lanes t[5]) {
  for (int i = 0; i < 4; i++) {
    t[i + 1] = plus(t[i + 1], _mm512_srli_epi64(t[i], 52));
    r->l[i] = low52(t[i]);
  }
  r->l[4] = t[4];
}

/* Makes limbs below 2^58 loose. */
ALWAYS void settle8(fe8 *r, lanes t[5]) {
  lanes top = _mm512_srli_epi64(t[4], 48);
  t[4] = _mm512_and_si512(t[4], splat(TOP_MASK));
  t[0] = _mm512_madd52lo_epu64(t[0], top, splat(FOLD_256));
  carry8(r, t);
}

/* Adds the columns of a b to c; column k stands for 2^(52 k). */
ALWAYS void multiply_columns(lanes c[10], const fe8 *a, const fe8 *b) {
#pragma GCC unroll 5
  for (int i = 0; i < 5; i++)
#pragma GCC unroll 5
    for (int k = 0; k < 5; k++) {
      c[i + k] = _mm512_madd52lo_epu64(c[i + k], a->l[i], b->l[k]);
      c[i + k + 1] = _mm512_madd52hi_epu64(c[i + k + 1], a->l[i], b->l[k]);
    }
}

/* The columns of a a: those of different limbs once, doubled, then the squares. */
ALWAYS void square_columns(lanes c[10], const fe8 *a) {
#pragma GCC unroll 5
  for (int i = 0; i < 5; i++)
#pragma GCC unroll 5
    for (int k = i + 1; k < 5; k++) {
      c[i + k] = _mm512_madd52lo_epu64(c[i + k], a->l[i], a->l[k]);
      c[i + k + 1] = _mm512_madd52hi_epu64(c[i + k + 1], a->l[i], a->l[k]);
    }
#pragma GCC unroll 10
  for (int k = 0; k < 10; k++) c[k] = plus(c[k], c[k]);
#pragma GCC unroll 5
  for (int i = 0; i < 5; i++) {
    c[2 * i] = _mm512_madd52lo_epu64(c[2 * i], a->l[i], a->l[i]);
    c[2 * i + 1] = _mm512_madd52hi_epu64(c[2 * i + 1], a->l[i], a->l[i]);
  }
}

/* Reduces columns below 2^57 whose sum is below 2^520. */
ALWAYS void reduce_columns(fe8 *r, lanes c[10]) {
  const lanes fold = splat(FOLD_260);
  lanes top = splat(0);
  for (int k = 5; k < 9; k++) c[k + 1] = plus(c[k + 1], _mm512_srli_epi64(c[k], 52)); /* vpmadd52 ignores the rest */
#pragma GCC unroll 5
  for (int k = 0; k < 5; k++) {
    c[k] = _mm512_madd52lo_epu64(c[k], c[k + 5], fold);
    if (k < 4) c[k + 1] = _mm512_madd52hi_epu64(c[k + 1], c[k + 5], fold);
    else top = _mm512_madd52hi_epu64(top, c[9], fold); /* < 2^37 */
  }
  top = plus(times(top, 4), _mm512_srli_epi64(c[4], 48)); /* < 2^42 */
  c[4] = _mm512_and_si512(c[4], splat(TOP_MASK));
  c[0] = _mm512_madd52lo_epu64(c[0], top, splat(FOLD_256));
  c[1] = _mm512_madd52hi_epu64(c[1], top, splat(FOLD_256));
  carry8(r, c);
}

ALWAYS void clear_columns(lanes c[10]) {
#pragma GCC unroll 10
  for (int k = 0; k < 10; k++) c[k] = splat(0);
}

/* Stores, in limb `i` of set `s` of `r`, EXPRESSION of non-negative value below 2^58; then settles. */
#define EACH_LIMB(r, EXPRESSION)                                                                                       \
  for (int s = 0; s < SETS; s++) {                                                                                     \
    lanes each_[5];                                                                                                    \
    for (int i = 0; i < 5; i++) each_[i] = EXPRESSION;                                                                 \
    settle8(&(r)->set[s], each_);                                                                                      \
  }
/* Limb of a, and of `factor` times p. INVARIANT: a difference that takes away n loose elements adds (n + 1) p. */
#define LIMB(a) ((a)->set[s].l[i])
#define P_TIMES(factor) splat((factor) * P_LIMBS[i])

static inline void fes_splat(fes *r, const fe *a) {
  for (int s = 0; s < SETS; s++)
    for (int i = 0; i < 5; i++) r->set[s].l[i] = splat(a->l[i]);
}

/* Where a is 0 mod p. */
static inline masks fes_is_zero(const fes *a) {
  masks zero;
  for (int s = 0; s < SETS; s++) {
    fe8 t = a->set[s];
    lanes is_p = splat(0), any = splat(0);
    settle8(&t, t.l); /* below 2^256 + 2^38, so 0 or p */
    for (int i = 0; i < 5; i++) {
      any = _mm512_or_si512(any, t.l[i]);
      is_p = _mm512_or_si512(is_p, _mm512_xor_si512(t.l[i], splat(P_LIMBS[i])));
    }
    zero.set[s] = _mm512_testn_epi64_mask(any, any) | _mm512_testn_epi64_mask(is_p, is_p);
  }
  return zero;
}

/* The representatives below p. */
static inline void fes_reduce(fes *r) {
  for (int s = 0; s < SETS; s++) {
    fe8 *a = &r->set[s], less;
    settle8(a, a->l);
    lanes t[5] = {plus(a->l[0], splat(FOLD_256)), a->l[1], a->l[2], a->l[3], a->l[4]};
    carry8(&less, t);
    __mmask8 above = _mm512_cmpge_epu64_mask(less.l[4], splat(TOP_MASK + 1));
    less.l[4] = _mm512_and_si512(less.l[4], splat(TOP_MASK));
    for (int i = 0; i < 5; i++) a->l[i] = _mm512_mask_mov_epi64(a->l[i], above, less.l[i]);
  }
}

/* r = a where the mask is set. */
static inline void fes_move_where(fes *r, const masks *where, const fes *a) {
  for (int s = 0; s < SETS; s++)
    for (int i = 0; i < 5; i++)
      r->set[s].l[i] = _mm512_mask_mov_epi64(r->set[s].l[i], where->set[s], a->set[s].l[i]);
}

void fes_mul(fes *r, const fes *a, const fes *b);
void fes_square(fes *r, const fes *a);
void fes_square_times(fes *r, const fes *a, int times);
/* a b + c d. */
void fes_mul_add(fes *r, const fes *a, const fes *b, const fes *c, const fes *d);
void fes_invert(fes *r, const fes *a);
/* A square root where `a` has one; the mask says where. */
masks fes_square_root(fes *r, const fes *a);

#endif
