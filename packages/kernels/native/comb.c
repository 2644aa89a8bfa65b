/* The table of the generator's multiples. */
#include "comb.h"

#include <pthread.h>

static _Alignas(64) packed_point table[COMB_WINDOWS][COMB_ENTRIES];
static pthread_once_t built = PTHREAD_ONCE_INIT;

static void build(void) {
  static jacobian multiples[COMB_ENTRIES];
  static affine entries[COMB_ENTRIES];
  affine base = {GENERATOR_X, GENERATOR_Y};
  for (int w = 0; w < COMB_WINDOWS; w++) {
    jacobian next;
    affine twice;
    point_from_affine(&multiples[0], &base);
    point_double(&next, &multiples[0]);
    points_to_affine(&twice, &next, 1);
    for (int j = 1; j < COMB_ENTRIES; j++) point_add(&multiples[j], &multiples[j - 1], &twice, false);
    points_to_affine(entries, multiples, COMB_ENTRIES);
    for (int j = 0; j < COMB_ENTRIES; j++) {
      fe_to_words(table[w][j].x, &entries[j].x);
      fe_to_words(table[w][j].y, &entries[j].y);
    }
    for (int i = 1; i < 8; i++) point_double(&next, &next);
    points_to_affine(&base, &next, 1);
  }
}

const packed_point (*comb_table(void))[COMB_ENTRIES] {
  pthread_once(&built, build);
  return table;
}
