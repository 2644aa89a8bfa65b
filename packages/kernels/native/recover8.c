/* Recovery of a block in lanes. */
#include "lift8.h"

enum { BATCHES = BLOCK / SET_LANES };

typedef struct {
  affines odd[HALF_ENTRIES]; /* (2 i + 1) R */
  fes beta_x[HALF_ENTRIES];  /* x of LAMBDA times it */
  fes z;                     /* all of them stand for points with this z */
} odd_table;

/* What remains of a block's lanes until all of it is inverted at once. */
typedef struct {
  jacobians sum[BATCHES];
  fes before[BATCHES]; /* product of the z of all batches before */
  masks done[BATCHES]; /* right */
  masks open[BATCHES]; /* an exceptional case: to be done again */
} block_state;

/*
 * The odd multiples of R. Twice R has z = 2 y; R is scaled to the same z, and each addition of two points with one z gives
 * the sum, and 2 R again, with a new common z (Meloni, "New point addition formulae for ECC applications", 2007). At last
 * all are scaled to the last z.
 */
static void odd_multiples(odd_table *table, const affines *point) {
  fes b, m, t, e, h, hh, c, slope, factor, factor2, ratio[HALF_ENTRIES];
  affines *odd = table->odd, twice;
  fes_square(&b, &point->y);
  fes_square(&m, &point->x);
  fes_mul(&t, &point->x, &b);
  EACH_LIMB(&m, plus(LIMB(&m), times(LIMB(&m), 1)))
  fes_square(&e, &m);
  EACH_LIMB(&twice.x, minus(plus(LIMB(&e), P_TIMES(9)), times(LIMB(&t), 3)))
  EACH_LIMB(&odd[0].x, times(LIMB(&t), 2))
  EACH_LIMB(&e, minus(plus(LIMB(&odd[0].x), P_TIMES(2)), LIMB(&twice.x)))
  fes_square(&b, &b);
  EACH_LIMB(&odd[0].y, times(LIMB(&b), 3))
  fes_mul(&twice.y, &m, &e);
  EACH_LIMB(&twice.y, minus(plus(LIMB(&twice.y), P_TIMES(2)), LIMB(&odd[0].y)))
  EACH_LIMB(&table->z, times(LIMB(&point->y), 1))

  for (int k = 1; k < HALF_ENTRIES; k++) {
    const affines *last = &odd[k - 1];
    affines *next = &odd[k];
    EACH_LIMB(&h, minus(plus(LIMB(&last->x), P_TIMES(2)), LIMB(&twice.x)))
    EACH_LIMB(&slope, minus(plus(LIMB(&last->y), P_TIMES(2)), LIMB(&twice.y)))
    fes_square(&hh, &h);
    fes_mul(&twice.x, &twice.x, &hh);
    fes_mul(&c, &last->x, &hh);
    fes_square(&next->x, &slope);
    EACH_LIMB(&next->x, minus(plus(LIMB(&next->x), P_TIMES(3)), plus(LIMB(&twice.x), LIMB(&c))))
    EACH_LIMB(&c, minus(plus(LIMB(&c), P_TIMES(2)), LIMB(&twice.x)))
    fes_mul(&twice.y, &twice.y, &c);
    EACH_LIMB(&e, minus(plus(LIMB(&twice.x), P_TIMES(2)), LIMB(&next->x)))
    fes_mul(&next->y, &slope, &e);
    EACH_LIMB(&next->y, minus(plus(LIMB(&next->y), P_TIMES(2)), LIMB(&twice.y)))
    ratio[k] = h;
  }
  factor = ratio[HALF_ENTRIES - 1];
  for (int k = HALF_ENTRIES - 2; k >= 0; k--) {
    fes_square(&factor2, &factor);
    fes_mul(&odd[k].x, &odd[k].x, &factor2);
    fes_mul(&factor2, &factor2, &factor);
    fes_mul(&odd[k].y, &odd[k].y, &factor2);
    if (k > 0) fes_mul(&factor, &factor, &ratio[k]);
  }
  fes_mul(&table->z, &table->z, &factor);
  fes_splat(&factor, &FE_BETA);
  for (int k = 0; k < HALF_ENTRIES; k++) fes_mul(&table->beta_x[k], &odd[k].x, &factor);
}

/* The entries that eight digits a set pick, and where they count negatively. */
static void pick(affines *r, masks *negative, const odd_table *table, int half, const uint8_t *digits) {
  for (int s = 0; s < SETS; s++) {
    lanes digit = load_bytes(digits + s * LANES);
    __mmask8 below = _mm512_cmplt_epu64_mask(digit, splat(HALF_ENTRIES));
    lanes low = _mm512_and_si512(digit, splat(HALF_ENTRIES - 1));
    lanes entry = _mm512_mask_xor_epi64(low, below, low, splat(HALF_ENTRIES - 1));
    fe8 x = {0}, y = {0};
    for (int k = 0; k < HALF_ENTRIES; k++) {
      __mmask8 mine = _mm512_cmpeq_epi64_mask(entry, splat((uint64_t)k));
      const fe8 *from_x = half == 0 ? &table->odd[k].x.set[s] : &table->beta_x[k].set[s];
      const fe8 *from_y = &table->odd[k].y.set[s];
      for (int i = 0; i < 5; i++) {
        x.l[i] = _mm512_mask_mov_epi64(x.l[i], mine, from_x->l[i]);
        y.l[i] = _mm512_mask_mov_epi64(y.l[i], mine, from_y->l[i]);
      }
    }
    r->x.set[s] = x;
    r->y.set[s] = y;
    negative->set[s] ^= below;
  }
}

/* Four words of 64 bits as limbs. */
static void unpack8(fe8 *r, const lanes w[4]) {
  r->l[0] = low52(w[0]);
  r->l[1] = low52(_mm512_or_si512(_mm512_srli_epi64(w[0], 52), times(w[1], 12)));
  r->l[2] = low52(_mm512_or_si512(_mm512_srli_epi64(w[1], 40), times(w[2], 24)));
  r->l[3] = low52(_mm512_or_si512(_mm512_srli_epi64(w[2], 28), times(w[3], 36)));
  r->l[4] = _mm512_srli_epi64(w[3], 16);
}

/* The entries of a comb window that eight digits a set pick, and where they count negatively. */
static void pick_comb(affines *r, masks *negative, const packed_point window[COMB_ENTRIES], const uint8_t *digits) {
  for (int s = 0; s < SETS; s++) {
    const uint8_t *at[LANES], *bytes = digits + s * LANES;
    lanes words[8];
    for (int k = 0; k < LANES; k++) at[k] = (const uint8_t *)&window[digit_entry(bytes[k], COMB_ENTRIES)];
    load_transposed(words, at);
    unpack8(&r->x.set[s], words);
    unpack8(&r->y.set[s], words + 4);
    negative->set[s] ^= _mm512_cmplt_epu64_mask(load_bytes(bytes), splat(COMB_ENTRIES));
  }
}

/* u2 R, first as a point of the table's z. */
static void add_halves(jacobians *sum, const odd_table *table, const recovery_block *block, size_t first) {
  const masks sign[2] = {load_flags(block->half_negative[0] + first), load_flags(block->half_negative[1] + first)};
  affines entry;
  for (int w = HALF_WINDOWS - 1; w >= 0; w--) {
    for (int h = 0; h < 2; h++) {
      masks negative = sign[h];
      pick(&entry, &negative, table, h, block->half_digits[h][w] + first);
      if (w == HALF_WINDOWS - 1 && h == 0) {
        sum->x = entry.x;
        EACH_LIMB(&sum->y, _mm512_mask_sub_epi64(LIMB(&entry.y), negative.set[s], P_TIMES(2), LIMB(&entry.y)))
        fes_splat(&sum->z, &FE_ONE);
        continue;
      }
      if (h == 0)
        for (int i = 0; i < 4; i++) points_double(sum);
      points_add(sum, &entry, &negative);
    }
  }
  for (int h = 0; h < 2; h++) {
    masks even = load_flags(block->half_was_even[h] + first), negative;
    jacobians less = *sum;
    entry.x = h == 0 ? table->odd[0].x : table->beta_x[0];
    entry.y = table->odd[0].y;
    for (int s = 0; s < SETS; s++) negative.set[s] = (__mmask8)~sign[h].set[s];
    points_add(&less, &entry, &negative);
    fes_move_where(&sum->x, &even, &less.x);
    fes_move_where(&sum->y, &even, &less.y);
    fes_move_where(&sum->z, &even, &less.z);
  }
  fes_mul(&sum->z, &sum->z, &table->z);
}

/* Sums of the batch whose lanes begin at `first`; says where they are right or exceptional. */
static void sum_batch(block_state *state, size_t batch, const recovery_block *block) {
  const packed_point(*comb)[COMB_ENTRIES] = comb_table();
  const size_t first = batch * SET_LANES;
  jacobians *sum = &state->sum[batch];
  odd_table table;
  affines point;
  masks valid = points_lift(&point, block, first);
  odd_multiples(&table, &point);
  add_halves(sum, &table, block, first);
  for (int w = 0; w < COMB_WINDOWS; w++) {
    masks negative = load_flags(block->comb_negative + first);
    pick_comb(&point, &negative, comb[w], block->comb_digits[w] + first);
    points_add(sum, &point, &negative);
  }
  masks zero = fes_is_zero(&sum->z);
  for (int s = 0; s < SETS; s++) {
    state->done[batch].set[s] = valid.set[s] & (__mmask8)~zero.set[s];
    state->open[batch].set[s] = valid.set[s] & zero.set[s];
    zero.set[s] = (__mmask8)~state->done[batch].set[s];
  }
  fes one;
  fes_splat(&one, &FE_ONE);
  fes_move_where(&sum->z, &zero, &one); /* the others must not spoil the common product */
}

/* Words of reduced elements; lane k's words stand at w[word][k]. */
static void words_of(uint64_t w[4][SET_LANES], const fes *a) {
  for (int s = 0; s < SETS; s++) {
    const lanes *l = a->set[s].l;
    uint64_t *to = &w[0][s * LANES];
    _mm512_storeu_si512(to, _mm512_or_si512(l[0], times(l[1], 52)));
    _mm512_storeu_si512(to + SET_LANES, _mm512_or_si512(_mm512_srli_epi64(l[1], 12), times(l[2], 40)));
    _mm512_storeu_si512(to + 2 * SET_LANES, _mm512_or_si512(_mm512_srli_epi64(l[2], 24), times(l[3], 28)));
    _mm512_storeu_si512(to + 3 * SET_LANES, _mm512_or_si512(_mm512_srli_epi64(l[3], 36), times(l[4], 16)));
  }
}

/* Writes the keys of a batch; does exceptional lanes again. */
static void write_keys(const block_state *state, size_t batch, const affines *sums, const recovery_block *block,
                       uint8_t *keys, uint8_t *found) {
  uint64_t x[4][SET_LANES], y[4][SET_LANES];
  words_of(x, &sums->x);
  words_of(y, &sums->y);
  for (size_t k = 0; k < SET_LANES; k++) {
    const size_t i = batch * SET_LANES + k;
    if (i >= block->count) return;
    uint8_t *key = keys + i * KEY_BYTES;
    found[i] = state->done[batch].set[k / LANES] >> k % LANES & 1;
    if (found[i]) {
      write_words(key, (uint64_t[4]){x[0][k], x[1][k], x[2][k], x[3][k]});
      write_words(key + 32, (uint64_t[4]){y[0][k], y[1][k], y[2][k], y[3][k]});
    } else if (state->open[batch].set[k / LANES] >> k % LANES & 1) {
      found[i] = recover_lane(block, i, key);
    }
  }
}

void recover_keys_vector(const recovery_block *block, uint8_t *keys, uint8_t *found) {
  const size_t batches = (block->count + SET_LANES - 1) / SET_LANES;
  block_state state;
  fes product, inverse, own, square;
  if (block->count <= 2) { /* a batch costs about as much as two lanes alone */
    recover_keys_scalar(block, keys, found);
    return;
  }
  fes_splat(&product, &FE_ONE);
  for (size_t b = 0; b < batches; b++) {
    sum_batch(&state, b, block);
    state.before[b] = product;
    fes_mul(&product, &product, &state.sum[b].z);
  }
  fes_invert(&inverse, &product);
  for (size_t b = batches; b-- > 0;) {
    affines result;
    fes_mul(&own, &inverse, &state.before[b]);
    fes_mul(&inverse, &inverse, &state.sum[b].z);
    fes_square(&square, &own);
    fes_mul(&result.x, &state.sum[b].x, &square);
    fes_mul(&square, &square, &own);
    fes_mul(&result.y, &state.sum[b].y, &square);
    fes_reduce(&result.x);
    fes_reduce(&result.y);
    write_keys(&state, b, &result, block, keys, found);
  }
}
