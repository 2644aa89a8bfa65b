/*
 * The batch equation in lanes. Lane w keeps the buckets of window w of all factors: bucket j collects the points whose
 * digit is 2 j + 1 or its negative, so one addition in lanes serves one point in all of its 32 windows. (Pippenger's method;
 * Bernstein et al., "Faster batch forgery identification", 2012.)
 */
#include <stdlib.h>
#include <string.h>

#include "lift8.h"
#include "verify.h"

enum { BUCKETS = COMB_ENTRIES, BUCKET_WORDS = 16 };

/* x, y and z of a point in limbs; the last word is not used. */
typedef struct {
  _Alignas(64) uint64_t words[BUCKET_WORDS];
} bucket;

typedef struct {
  bucket buckets[SET_LANES][BUCKETS];
  recovery_block block;
  key_set keys;
  scalar r[BLOCK], s[BLOCK], scratch[BLOCK];
  term upper; /* the last R whose windows are the upper ones, until its partner comes */
} workspace;

/* Eight buckets to lanes, and back. */
ALWAYS void load_buckets(jacobians *r, int s, bucket *const *at) {
  lanes low[8], high[8];
  for (int k = 0; k < LANES; k++) {
    low[k] = _mm512_load_si512(at[k]->words);
    high[k] = _mm512_load_si512(at[k]->words + 8);
  }
  transpose(low);
  transpose(high);
  for (int i = 0; i < 5; i++) {
    r->x.set[s].l[i] = low[i];
    r->y.set[s].l[i] = i < 3 ? low[5 + i] : high[i - 3];
    r->z.set[s].l[i] = high[2 + i];
  }
}

ALWAYS void store_buckets(bucket *const *at, const jacobians *r, int s) {
  lanes low[8], high[8];
  for (int i = 0; i < 5; i++) {
    low[i] = r->x.set[s].l[i];
    *(i < 3 ? &low[5 + i] : &high[i - 3]) = r->y.set[s].l[i];
    high[2 + i] = r->z.set[s].l[i];
  }
  high[7] = splat(0);
  transpose(low);
  transpose(high);
  for (int k = 0; k < LANES; k++) {
    _mm512_store_si512(at[k]->words, low[k]);
    _mm512_store_si512(at[k]->words + 8, high[k]);
  }
}

/* Adds each set's point to the buckets that the 32 digits name. */
static void add_to_buckets(workspace *w, const affines *points, const uint8_t digits[SET_LANES], const masks *sign) {
  bucket *at[SETS][LANES];
  jacobians sums;
  masks negative;
  for (int s = 0; s < SETS; s++) {
    for (int k = 0; k < LANES; k++) {
      int lane = s * LANES + k;
      at[s][k] = &w->buckets[lane][digit_entry(digits[lane], BUCKETS)];
    }
    negative.set[s] = _mm512_cmplt_epu64_mask(load_bytes(digits + s * LANES), splat(BUCKETS)) ^ sign->set[s];
    load_buckets(&sums, s, at[s]);
  }
  points_add(&sums, points, &negative);
  for (int s = 0; s < SETS; s++) store_buckets(at[s], &sums, s);
}

static void splat_point(affines *r, const affine *point, int first_set, int end_set) {
  for (int s = first_set; s < end_set; s++)
    for (int i = 0; i < 5; i++) {
      r->x.set[s].l[i] = splat(point->x.l[i]);
      r->y.set[s].l[i] = splat(point->y.l[i]);
    }
}

static void add_term(workspace *w, const term *t) {
  affines points;
  masks sign;
  splat_point(&points, &t->point, 0, SETS);
  memset(&sign, t->negative ? 0xff : 0, sizeof sign);
  add_to_buckets(w, &points, t->digits, &sign);
}

/* Signatures come in pairs; the first of each waits for its partner. */
static bool is_upper(size_t i) { return i % 2 == 0; }

/* Two points at once: one in the lower half of the windows, one in the upper. */
static void add_pair(workspace *w, const term *lower, const term *upper) {
  affines points;
  uint8_t digits[SET_LANES];
  masks sign = {{0}};
  splat_point(&points, &lower->point, 0, SETS / 2);
  splat_point(&points, &upper->point, SETS / 2, SETS);
  memcpy(digits, lower->digits, SET_LANES / 2);
  memcpy(digits + SET_LANES / 2, upper->digits + SET_LANES / 2, SET_LANES / 2);
  add_to_buckets(w, &points, digits, &sign);
}

/*
 * Buckets start with points that are known multiples of G, the same in every lane, so that none is ever empty:
 * (2 j + 1) 256^31 G in bucket j. Their sum goes into G's factor (start_factor).
 */
static void start_buckets(workspace *w) {
  const packed_point *start = comb_table()[COMB_WINDOWS - 1];
  for (int j = 0; j < BUCKETS; j++) {
    affine point;
    bucket b = {{0}};
    unpack_point(&point, &start[j]);
    memcpy(b.words, point.x.l, sizeof point.x);
    memcpy(b.words + 5, point.y.l, sizeof point.y);
    b.words[10] = 1;
    for (int lane = 0; lane < SET_LANES; lane++) w->buckets[lane][j] = b;
  }
}

/* What the starting points add up to: the sum of (2 j + 1)^2 times 256^31 times the sum of 256^w, times G. */
static void start_factor(scalar *r) {
  scalar squares = {{0}}, top = {{0, 0, 0, 1ULL << 56}}, ones;
  for (uint64_t j = 0; j < BUCKETS; j++) squares.w[0] += (2 * j + 1) * (2 * j + 1);
  for (int i = 0; i < 4; i++) ones.w[i] = 0x0101010101010101;
  scalar_to_montgomery(&squares, &squares);
  scalar_mul_montgomery(&squares, &top, &squares);
  scalar_to_montgomery(&squares, &squares);
  scalar_mul_montgomery(r, &ones, &squares);
}

static void load_all(jacobians *r, workspace *w, int j) {
  for (int s = 0; s < SETS; s++) {
    bucket *at[LANES];
    for (int k = 0; k < LANES; k++) at[k] = &w->buckets[s * LANES + k][j];
    load_buckets(r, s, at);
  }
}

/* Lane w's sum of (2 j + 1) times bucket j, to bucket 0: twice the sum of all partial sums from above, plus the whole. */
static void sum_buckets(workspace *w) {
  jacobians partial, total, next;
  load_all(&partial, w, BUCKETS - 1);
  total = partial;
  for (int j = BUCKETS - 2; j > 0; j--) {
    load_all(&next, w, j);
    points_add_jacobian(&partial, &next);
    points_add_jacobian(&total, &partial);
  }
  load_all(&next, w, 0);
  points_add_jacobian(&partial, &next);
  points_double(&total);
  points_add_jacobian(&total, &partial);
  for (int s = 0; s < SETS; s++) {
    bucket *at[LANES];
    for (int k = 0; k < LANES; k++) at[k] = &w->buckets[s * LANES + k][0];
    store_buckets(at, &total, s);
  }
}

/* Whether the sum of all windows is the point at infinity. */
static verdict judge(workspace *w) {
  jacobian windows[SET_LANES], sum = {.infinite = true};
  affine points[SET_LANES];
  for (int lane = 0; lane < SET_LANES; lane++) {
    const uint64_t *words = w->buckets[lane][0].words;
    memcpy(windows[lane].x.l, words, sizeof(fe));
    memcpy(windows[lane].y.l, words + 5, sizeof(fe));
    memcpy(windows[lane].z.l, words + 10, sizeof(fe));
    if (fe_is_zero(&windows[lane].z)) return UNDECIDED; /* an exceptional addition (point8.h) */
  }
  points_to_affine(points, windows, SET_LANES);
  for (int lane = SET_LANES - 1; lane >= 0; lane--) {
    for (int i = 0; i < 8; i++) point_double(&sum, &sum);
    point_add(&sum, &sum, &points[lane], false);
  }
  return sum.infinite ? HOLDS : REFUSED;
}

static void read_lane(affine *r, const affines *points, size_t k) {
  for (int i = 0; i < 5; i++) {
    r->x.l[i] = ((const uint64_t *)&points->x.set[k / LANES].l[i])[k % LANES];
    r->y.l[i] = ((const uint64_t *)&points->y.set[k / LANES].l[i])[k % LANES];
  }
}

/* Adds the factor times R of the last signature of an odd number, whose windows are the upper ones and have no partner. */
static void add_alone(workspace *w, const uint8_t randomness[RANDOM_BYTES]) {
  scalar factor;
  read_factor(&factor, randomness, true);
  w->upper.negative = scalar_odd_digits(w->upper.digits, &factor);
  add_term(w, &w->upper);
}

/* Adds the factor times R of `count` signatures of a block; false when one is out of range or has no R. */
static bool add_signatures(workspace *w, const uint8_t *randomness, size_t count) {
  for (size_t batch = 0; batch < count; batch += SET_LANES) {
    affines points;
    masks valid = points_lift(&points, &w->block, batch);
    for (size_t k = 0; k < SET_LANES && batch + k < count; k++) {
      size_t i = batch + k;
      term lower, *t = is_upper(i) ? &w->upper : &lower;
      if ((valid.set[k / LANES] >> k % LANES & 1) == 0) return false;
      read_lane(&t->point, &points, k);
      factor_digits(t->digits + (is_upper(i) ? SET_LANES / 2 : 0), randomness + i * RANDOM_BYTES);
      if (!is_upper(i)) add_pair(w, &lower, &w->upper);
    }
  }
  if (count % 2 == 1) add_alone(w, randomness + (count - 1) * RANDOM_BYTES);
  return true;
}

/* Adds the factors of the signatures' keys, and to G's: what must be taken away is summed up positively. */
static void add_factors(workspace *w, scalar *of_g, const uint8_t *digests, const uint8_t *keys,
                        const uint8_t *randomness, size_t count) {
  scalar_invert_all(w->s, w->scratch, count);
  for (size_t i = 0; i < count; i++) {
    scalar z, factor;
    scalar_read(&z, digests + i * HASH_BYTES);
    read_factor(&factor, randomness + i * RANDOM_BYTES, is_upper(i));
    scalar_to_montgomery(&factor, &factor);
    scalar_mul_montgomery(&factor, &factor, &w->s[i]); /* a / s, times 2^256 */
    scalar_mul_montgomery(&z, &z, &factor);
    scalar_add(of_g, of_g, &z);
    scalar_mul_montgomery(&factor, &w->r[i], &factor);
    keys_add(&w->keys, keys + i * KEY_BYTES, &factor);
  }
}

static verdict verify(workspace *w, const uint8_t *digests, const uint8_t *signatures, const uint8_t *keys,
                      size_t count, const uint8_t *randomness) {
  term t = {.point = {GENERATOR_X, GENERATOR_Y}};
  scalar of_g;
  uint64_t salt;
  memcpy(&salt, randomness, sizeof salt);
  keys_clear(&w->keys, salt);
  start_buckets(w);
  start_factor(&of_g);
  for (size_t i = 0; i < count; i += BLOCK) {
    size_t n = count - i < BLOCK ? count - i : BLOCK;
    const uint8_t *random = randomness + i * RANDOM_BYTES;
    recovery_read(&w->block, signatures + i * SIGNATURE_BYTES, n, w->r, w->s);
    if (!add_signatures(w, random, n)) return REFUSED;
    add_factors(w, &of_g, digests + i * HASH_BYTES, keys + i * KEY_BYTES, random, n);
  }
  t.negative = !scalar_odd_digits(t.digits, &of_g);
  add_term(w, &t);
  for (size_t i = 0; i < w->keys.count; i++) {
    if (!read_key(&t.point, w->keys.bytes[i])) return REFUSED;
    t.negative = !scalar_odd_digits(t.digits, &w->keys.sum[i]);
    add_term(w, &t);
  }
  sum_buckets(w);
  return judge(w);
}

verdict verify_vector(const uint8_t *digests, const uint8_t *signatures, const uint8_t *keys, size_t count,
                      const uint8_t *randomness) {
  workspace *w = aligned_alloc(64, (sizeof *w + 63) / 64 * 64);
  if (w == NULL) return UNDECIDED;
  verdict result = verify(w, digests, signatures, keys, count, randomness);
  free(w);
  return result;
}
