/* Recovery of one lane with complete additions. */
#include "recovery.h"

static bool lift(affine *r, const recovery_block *block, size_t lane) {
  fe square;
  for (int l = 0; l < 5; l++) r->x.l[l] = block->x[l][lane];
  fe_square(&square, &r->x);
  fe_mul(&square, &square, &r->x);
  const fe seven = {{7, 0, 0, 0, 0}};
  fe_add(&square, &square, &seven, 1);
  if (!fe_square_root(&r->y, &square)) return false;
  fe_reduce(&r->y);
  if ((r->y.l[0] & 1) != block->parity[lane]) fe_subtract(&r->y, &FE_ZERO, &r->y, 1);
  return true;
}

/* R, 3 R ... 15 R and LAMBDA times each. */
static void odd_multiples(affine table[2][HALF_ENTRIES], const affine *r) {
  jacobian points[HALF_ENTRIES], twice;
  affine step;
  point_from_affine(&points[0], r);
  point_double(&twice, &points[0]);
  points_to_affine(&step, &twice, 1);
  for (int i = 1; i < HALF_ENTRIES; i++) point_add(&points[i], &points[i - 1], &step, false);
  points_to_affine(table[0], points, HALF_ENTRIES);
  for (int i = 0; i < HALF_ENTRIES; i++) {
    fe_mul(&table[1][i].x, &table[0][i].x, &FE_BETA);
    table[1][i].y = table[0][i].y;
  }
}

bool recover_lane(const recovery_block *block, size_t lane, uint8_t key[KEY_BYTES]) {
  const packed_point(*comb)[COMB_ENTRIES] = comb_table();
  affine table[2][HALF_ENTRIES], point;
  jacobian sum = {.infinite = true};
  uint64_t words[4];
  if (!block->in_range[lane] || !lift(&point, block, lane)) return false;
  odd_multiples(table, &point);
  for (int w = HALF_WINDOWS - 1; w >= 0; w--) {
    for (int i = 0; i < 4; i++) point_double(&sum, &sum);
    for (int h = 0; h < 2; h++) {
      unsigned digit = block->half_digits[h][w][lane];
      point_add(&sum, &sum, &table[h][digit_entry(digit, HALF_ENTRIES)],
                (digit < HALF_ENTRIES) != block->half_negative[h][lane]);
    }
  }
  for (int h = 0; h < 2; h++)
    if (block->half_was_even[h][lane]) point_add(&sum, &sum, &table[h][0], !block->half_negative[h][lane]);
  for (int w = 0; w < COMB_WINDOWS; w++) {
    unsigned digit = block->comb_digits[w][lane];
    unpack_point(&point, &comb[w][digit_entry(digit, COMB_ENTRIES)]);
    point_add(&sum, &sum, &point, (digit < COMB_ENTRIES) != block->comb_negative[lane]);
  }
  if (sum.infinite) return false;
  points_to_affine(&point, &sum, 1);
  fe_to_words(words, &point.x);
  write_words(key, words);
  fe_to_words(words, &point.y);
  write_words(key + 32, words);
  return true;
}

void recover_keys_scalar(const recovery_block *block, uint8_t *keys, uint8_t *found) {
  for (size_t i = 0; i < block->count; i++) found[i] = recover_lane(block, i, keys + i * KEY_BYTES);
}
