/* Integers mod n. */
#include "scalar.h"

typedef unsigned __int128 wide;

const scalar SCALAR_ORDER = {{0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff}};
const scalar SCALAR_HALF = {{0xdfe92f46681b20a0, 0x5d576e7357a4501d, 0xffffffffffffffff, 0x7fffffffffffffff}};
/* 2^512 mod n and 2^256 mod n: what turns a scalar into Montgomery's form, and one in it. */
static const scalar TO_MONTGOMERY = {{0x896cf21467d7d140, 0x741496c20e7cf878, 0xe697f5e45bcd07c6, 0x9d671cd581c69bc5}};
static const scalar ONE_MONTGOMERY = {{0x402da1732fc9bebf, 0x4551231950b75fc4, 1, 0}};
static const uint64_t MINUS_INVERSE_OF_ORDER = 0x4b0dff665588b13f; /* mod 2^64 */

void scalar_read(scalar *r, const uint8_t bytes[32]) {
  for (int i = 0; i < 4; i++) {
    uint64_t word = 0;
    for (int k = 0; k < 8; k++) word = word << 8 | bytes[8 * (3 - i) + k];
    r->w[i] = word;
  }
}

bool scalar_is_zero(const scalar *a) { return (a->w[0] | a->w[1] | a->w[2] | a->w[3]) == 0; }

/* r = a - b; whether it borrows. */
static bool subtract(scalar *r, const scalar *a, const scalar *b) {
  uint64_t borrow = 0;
  for (int i = 0; i < 4; i++) {
    wide difference = (wide)a->w[i] - b->w[i] - borrow;
    r->w[i] = (uint64_t)difference;
    borrow = (uint64_t)(difference >> 64) & 1;
  }
  return borrow != 0;
}

bool scalar_above(const scalar *a, const scalar *b) {
  scalar ignored;
  return subtract(&ignored, b, a);
}

void scalar_reduce(scalar *r) {
  scalar less;
  if (!subtract(&less, r, &SCALAR_ORDER)) *r = less;
}

void scalar_negate(scalar *r, const scalar *a) { subtract(r, &SCALAR_ORDER, a); }

void scalar_add(scalar *r, const scalar *a, const scalar *b) {
  scalar less;
  wide sum = 0;
  for (int i = 0; i < 4; i++) {
    sum += (wide)a->w[i] + b->w[i];
    r->w[i] = (uint64_t)sum;
    sum >>= 64;
  }
  bool borrows = subtract(&less, r, &SCALAR_ORDER);
  if (sum != 0 || !borrows) *r = less;
}

void scalar_mul_montgomery(scalar *r, const scalar *a, const scalar *b) {
  uint64_t t[6] = {0};
  for (int i = 0; i < 4; i++) {
    wide sum = 0;
    for (int k = 0; k < 4; k++) {
      sum += (wide)a->w[i] * b->w[k] + t[k];
      t[k] = (uint64_t)sum;
      sum >>= 64;
    }
    sum += t[4];
    t[4] = (uint64_t)sum;
    t[5] = (uint64_t)(sum >> 64);
    uint64_t m = t[0] * MINUS_INVERSE_OF_ORDER;
    sum = ((wide)m * SCALAR_ORDER.w[0] + t[0]) >> 64;
    for (int k = 1; k < 4; k++) {
      sum += (wide)m * SCALAR_ORDER.w[k] + t[k];
      t[k - 1] = (uint64_t)sum;
      sum >>= 64;
    }
    sum += t[4];
    t[3] = (uint64_t)sum;
    t[4] = t[5] + (uint64_t)(sum >> 64);
  }
  scalar full = {{t[0], t[1], t[2], t[3]}}, less;
  bool borrows = subtract(&less, &full, &SCALAR_ORDER); /* the sum is below 2 n */
  *r = t[4] != 0 || !borrows ? less : full;
}

void scalar_to_montgomery(scalar *r, const scalar *a) { scalar_mul_montgomery(r, a, &TO_MONTGOMERY); }

bool scalar_odd_digits(uint8_t digits[32], const scalar *a) {
  scalar k = *a;
  bool negated = (k.w[0] & 1) == 0;
  if (negated) scalar_negate(&k, &k);
  for (int j = 0; j < 4; j++) {
    uint64_t word = k.w[j] >> 1 | (j < 3 ? k.w[j + 1] << 63 : 1ULL << 63); /* (k - 1) / 2 + 2^255 */
    for (int b = 0; b < 8; b++) digits[8 * j + b] = (uint8_t)(word >> 8 * b);
  }
  return negated;
}

/* a^(n - 2) in Montgomery's form, four bits at a time. */
static void invert_montgomery(scalar *r, const scalar *a) {
  scalar powers[16], t = ONE_MONTGOMERY, exponent = SCALAR_ORDER;
  exponent.w[0] -= 2;
  powers[0] = ONE_MONTGOMERY;
  for (int i = 1; i < 16; i++) scalar_mul_montgomery(&powers[i], &powers[i - 1], a);
  for (int i = 63; i >= 0; i--) {
    for (int k = 0; k < 4; k++) scalar_mul_montgomery(&t, &t, &t);
    scalar_mul_montgomery(&t, &t, &powers[exponent.w[i / 16] >> 4 * (i % 16) & 15]);
  }
  *r = t;
}

void scalar_invert_all(scalar *values, scalar *scratch, size_t count) {
  scalar product = ONE_MONTGOMERY, inverse;
  for (size_t i = 0; i < count; i++) {
    scalar_to_montgomery(&values[i], &values[i]);
    scratch[i] = product; /* of all before */
    scalar_mul_montgomery(&product, &product, &values[i]);
  }
  invert_montgomery(&inverse, &product);
  for (size_t i = count; i-- > 0;) {
    scalar value = values[i];
    scalar_mul_montgomery(&values[i], &inverse, &scratch[i]);
    scalar_mul_montgomery(&inverse, &inverse, &value);
  }
}

/* The lattice basis (a1, -|b1|), (a2, a1); and 2^384 a1 / n, 2^384 |b1| / n, rounded. */
static const uint64_t A1[3] = {0xe86c90e49284eb15, 0x3086d221a7d46bcd, 0};
static const uint64_t B1[3] = {0x6f547fa90abfe4c3, 0xe4437ed6010e8828, 0};
static const uint64_t A2[3] = {0x57c1108d9d44cfd8, 0x14ca50f7a8e2f3f6, 1};
static const uint64_t G1[4] = {0xe893209a45dbb031, 0x3daa8a1471e8ca7f, 0xe86c90e49284eb15, 0x3086d221a7d46bcd};
static const uint64_t G2[4] = {0x1571b4ae8ac47f71, 0x221208ac9df506c6, 0x6f547fa90abfe4c4, 0xe4437ed6010e8828};

/* round(k g / 2^384): below 2^128. */
static void multiply_shift(uint64_t r[2], const scalar *k, const uint64_t g[4]) {
  uint64_t t[8] = {0};
  for (int i = 0; i < 4; i++) {
    wide sum = 0;
    for (int j = 0; j < 4; j++) {
      sum += (wide)k->w[i] * g[j] + t[i + j];
      t[i + j] = (uint64_t)sum;
      sum >>= 64;
    }
    t[i + 4] = (uint64_t)sum;
  }
  wide high = ((wide)t[7] << 64 | t[6]) + (t[5] >> 63);
  r[0] = (uint64_t)high;
  r[1] = (uint64_t)(high >> 64);
}

/* r -= c b mod 2^192; or += when `add`. */
static void accumulate(uint64_t r[3], const uint64_t c[2], const uint64_t b[3], bool add) {
  uint64_t t[3];
  wide sum = (wide)c[0] * b[0];
  t[0] = (uint64_t)sum;
  sum = (sum >> 64) + (wide)c[0] * b[1];
  wide second = (wide)(uint64_t)sum + (wide)c[1] * b[0];
  t[1] = (uint64_t)second;
  t[2] = (uint64_t)(sum >> 64) + (uint64_t)(second >> 64) + c[0] * b[2] + c[1] * b[1];
  wide carry = add ? 0 : 1; /* subtract by adding the complement */
  for (int i = 0; i < 3; i++) {
    carry += (wide)r[i] + (add ? t[i] : ~t[i]);
    r[i] = (uint64_t)carry;
    carry >>= 64;
  }
}

/* The size and sign of a 192-bit two's complement integer. */
static void to_half(half_scalar *r, const uint64_t v[3]) {
  r->negative = v[2] >> 63 != 0;
  wide size = (wide)v[1] << 64 | v[0];
  if (r->negative) size = -size;
  r->w[0] = (uint64_t)size;
  r->w[1] = (uint64_t)(size >> 64);
}

void scalar_split(half_scalar *k1, half_scalar *k2, const scalar *k) {
  uint64_t c1[2], c2[2], v1[3] = {k->w[0], k->w[1], k->w[2]}, v2[3] = {0};
  multiply_shift(c1, k, G1);
  multiply_shift(c2, k, G2);
  accumulate(v1, c1, A1, false);
  accumulate(v1, c2, A2, false);
  accumulate(v2, c1, B1, true);
  accumulate(v2, c2, A1, false);
  to_half(k1, v1);
  to_half(k2, v2);
}
