/* The points R of signatures, in lanes. */
#include "lift8.h"

masks points_lift(affines *points, const recovery_block *block, size_t first) {
  fes square;
  for (int s = 0; s < SETS; s++)
    for (int i = 0; i < 5; i++) points->x.set[s].l[i] = _mm512_loadu_si512(&block->x[i][first + (size_t)s * LANES]);
  fes_square(&square, &points->x);
  fes_mul(&square, &square, &points->x);
  EACH_LIMB(&square, i == 0 ? plus(LIMB(&square), splat(7)) : LIMB(&square))
  masks valid = fes_square_root(&points->y, &square), in_range = load_flags(block->in_range + first), wrong;
  fes_reduce(&points->y);
  for (int s = 0; s < SETS; s++) {
    lanes parity = load_bytes(block->parity + first + s * LANES);
    wrong.set[s] = _mm512_test_epi64_mask(_mm512_xor_si512(parity, points->y.set[s].l[0]), splat(1));
    valid.set[s] &= in_range.set[s];
  }
  EACH_LIMB(&points->y, _mm512_mask_sub_epi64(LIMB(&points->y), wrong.set[s], P_TIMES(2), LIMB(&points->y)))
  return valid;
}
