/* Doubling and mixed addition in lanes (the formulas are those of point.c). */
#include "point8.h"

void points_double(jacobians *r) {
  fes b, m, t, e, minus8b;
  fes_mul(&e, &r->y, &r->z);
  fes_square(&b, &r->y);
  fes_square(&m, &r->x);
  fes_mul(&t, &r->x, &b);
  EACH_LIMB(&r->z, times(LIMB(&e), 1))
  EACH_LIMB(&m, plus(LIMB(&m), times(LIMB(&m), 1)))
  fes_square(&e, &m);
  EACH_LIMB(&r->x, minus(plus(LIMB(&e), P_TIMES(9)), times(LIMB(&t), 3)))
  EACH_LIMB(&e, minus(plus(times(LIMB(&t), 2), P_TIMES(2)), LIMB(&r->x)))
  EACH_LIMB(&minus8b, minus(P_TIMES(9), times(LIMB(&b), 3)))
  fes_mul_add(&r->y, &m, &e, &minus8b, &b);
}

void points_add(jacobians *r, const affines *b, const masks *negative) {
  fes zz, h, slope, v, hh, hhh, minus_y;
  fes_square(&zz, &r->z);
  fes_mul(&h, &b->x, &zz);
  fes_mul(&slope, &zz, &r->z);
  fes_mul(&slope, &slope, &b->y);
  EACH_LIMB(&h, minus(plus(LIMB(&h), P_TIMES(2)), LIMB(&r->x)))
  EACH_LIMB(&slope, minus(plus(_mm512_mask_sub_epi64(LIMB(&slope), negative->set[s], splat(0), LIMB(&slope)), P_TIMES(3)),
                          LIMB(&r->y)))
  EACH_LIMB(&minus_y, minus(P_TIMES(2), LIMB(&r->y)))
  fes_square(&hh, &h);
  fes_mul(&r->z, &r->z, &h);
  fes_mul(&hhh, &hh, &h);
  fes_mul(&v, &r->x, &hh);
  fes_square(&r->x, &slope);
  EACH_LIMB(&r->x, minus(plus(LIMB(&r->x), P_TIMES(4)), plus(LIMB(&hhh), times(LIMB(&v), 1))))
  EACH_LIMB(&v, minus(plus(LIMB(&v), P_TIMES(2)), LIMB(&r->x)))
  fes_mul_add(&r->y, &slope, &v, &minus_y, &hhh);
}

void points_add_jacobian(jacobians *r, const jacobians *b) {
  fes z1z1, z2z2, u, h, hh, hhh, v, slope, minus_s;
  fes_square(&z1z1, &r->z);
  fes_square(&z2z2, &b->z);
  fes_mul(&u, &r->x, &z2z2);
  fes_mul(&h, &b->x, &z1z1);
  fes_mul(&z2z2, &z2z2, &b->z);
  fes_mul(&z1z1, &z1z1, &r->z);
  fes_mul(&minus_s, &r->y, &z2z2);
  fes_mul(&slope, &b->y, &z1z1);
  EACH_LIMB(&h, minus(plus(LIMB(&h), P_TIMES(2)), LIMB(&u)))
  EACH_LIMB(&slope, minus(plus(LIMB(&slope), P_TIMES(2)), LIMB(&minus_s)))
  EACH_LIMB(&minus_s, minus(P_TIMES(2), LIMB(&minus_s)))
  fes_mul(&r->z, &r->z, &b->z);
  fes_square(&hh, &h);
  fes_mul(&r->z, &r->z, &h);
  fes_mul(&hhh, &hh, &h);
  fes_mul(&v, &u, &hh);
  fes_square(&r->x, &slope);
  EACH_LIMB(&r->x, minus(plus(LIMB(&r->x), P_TIMES(4)), plus(LIMB(&hhh), times(LIMB(&v), 1))))
  EACH_LIMB(&v, minus(plus(LIMB(&v), P_TIMES(2)), LIMB(&r->x)))
  fes_mul_add(&r->y, &slope, &v, &minus_s, &hhh);
}
