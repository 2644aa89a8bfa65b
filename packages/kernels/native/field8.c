/* Multiplication, inverse and root in lanes. */
#include "field8.h"

void fes_mul(fes *r, const fes *a, const fes *b) {
  for (int s = 0; s < SETS; s++) {
    lanes c[10];
    clear_columns(c);
    multiply_columns(c, &a->set[s], &b->set[s]);
    reduce_columns(&r->set[s], c);
  }
}

void fes_square(fes *r, const fes *a) {
  for (int s = 0; s < SETS; s++) {
    lanes c[10];
    clear_columns(c);
    square_columns(c, &a->set[s]);
    reduce_columns(&r->set[s], c);
  }
}

void fes_square_times(fes *r, const fes *a, int times) {
  if (r != a) *r = *a;
  for (int i = 0; i < times; i++) fes_square(r, r);
}

void fes_mul_add(fes *r, const fes *a, const fes *b, const fes *c, const fes *d) {
  for (int s = 0; s < SETS; s++) {
    lanes columns[10];
    clear_columns(columns);
    multiply_columns(columns, &a->set[s], &b->set[s]);
    multiply_columns(columns, &c->set[s], &d->set[s]);
    reduce_columns(&r->set[s], columns);
  }
}

#define FIELD fes
#define MUL fes_mul
#define SQUARE_TIMES fes_square_times
#include "field-powers.h"

void fes_invert(fes *r, const fes *a) { power_inverse(r, a); }

masks fes_square_root(fes *r, const fes *a) {
  fes root, difference;
  power_root(&root, a);
  fes_square(&difference, &root);
  EACH_LIMB(&difference, plus(minus(LIMB(&difference), LIMB(a)), P_TIMES(2)))
  *r = root;
  return fes_is_zero(&difference);
}
