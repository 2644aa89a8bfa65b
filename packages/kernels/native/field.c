/* Inverse and square root of one field element. */
#include "field.h"

#define FIELD fe
#define MUL fe_mul
#define SQUARE_TIMES fe_square_times
#include "field-powers.h"

void fe_invert(fe *r, const fe *a) { power_inverse(r, a); }

bool fe_square_root(fe *r, const fe *a) {
  fe root, check;
  power_root(&root, a);
  fe_square(&check, &root);
  bool exact = fe_equal(&check, a);
  *r = root;
  return exact;
}
