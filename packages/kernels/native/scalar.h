/* Integers mod n, the order of secp256k1: four 64-bit words, least first, always below n unless a comment says so. */
#ifndef LAKH_SCALAR_H
#define LAKH_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint64_t w[4];
} scalar;

extern const scalar SCALAR_ORDER;
/* (n - 1) / 2. */
extern const scalar SCALAR_HALF;

/* The 256-bit integer in 32 big-endian bytes; not reduced. */
void scalar_read(scalar *r, const uint8_t bytes[32]);
bool scalar_is_zero(const scalar *a);
/* Whether a > b, as integers. */
bool scalar_above(const scalar *a, const scalar *b);
/* Takes n away once, where it can: enough for any 256-bit integer. */
void scalar_reduce(scalar *r);
/* n - a; n for zero. */
void scalar_negate(scalar *r, const scalar *a);
void scalar_add(scalar *r, const scalar *a, const scalar *b);
/* a b / 2^256 (Montgomery). `a` may be any 256-bit integer. */
void scalar_mul_montgomery(scalar *r, const scalar *a, const scalar *b);
/* Turns each of `count` scalars other than zero into 2^256 times its inverse, with one inversion; `scratch` holds `count`. */
void scalar_invert_all(scalar *values, scalar *scratch, size_t count);

/* r = 2^256 a: what scalar_mul_montgomery divides by. `a` may be any 256-bit integer. */
void scalar_to_montgomery(scalar *r, const scalar *a);

/*
 * Digits of a, or of n - a when a is even: both are odd. Byte B of window w stands for (2 B - 255) 256^w, so that no
 * digit is zero. Returns whether they stand for n - a, that is for -a.
 */
bool scalar_odd_digits(uint8_t digits[32], const scalar *a);

/* |k| as 128 bits, and whether k is negative. */
typedef struct {
  uint64_t w[2];
  bool negative;
} half_scalar;

/*
 * k = k1 + LAMBDA k2 mod n with both below 2^128 in size (Guide to Elliptic Curve Cryptography, algorithm 3.74; the
 * bounds are (a1 + a2) / 2 < 0.64 * 2^128 and (|b1| + b2) / 2 < 0.54 * 2^128, plus one for the roundings).
 */
void scalar_split(half_scalar *k1, half_scalar *k2, const scalar *k);

#endif
