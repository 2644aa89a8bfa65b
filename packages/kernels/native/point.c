/* Points of secp256k1, y^2 = x^3 + 7, in Jacobian coordinates. */
#include "point.h"

void point_from_affine(jacobian *r, const affine *a) {
  r->x = a->x;
  r->y = a->y;
  r->z = FE_ONE;
  r->infinite = false;
}

void point_double(jacobian *r, const jacobian *a) {
  fe b, m, t, e, eighth;
  if (a->infinite) {
    *r = *a;
    return;
  }
  fe_mul(&e, &a->y, &a->z);
  fe_square(&b, &a->y);
  fe_square(&m, &a->x);
  fe_add(&m, &m, &m, 2); /* 3 x^2 */
  fe_mul(&t, &a->x, &b); /* x y^2 */
  fe_add(&r->z, &e, &e, 1);
  fe_square(&e, &m);
  fe_subtract(&r->x, &e, &t, 8);
  fe_add(&e, &FE_ZERO, &t, 4);
  fe_subtract(&e, &e, &r->x, 1);
  fe_mul(&e, &e, &m);
  fe_square(&eighth, &b);
  fe_subtract(&r->y, &e, &eighth, 8);
  r->infinite = false;
}

void point_add(jacobian *r, const jacobian *a, const affine *b, bool negative) {
  fe zz, h, s, v, hh, hhh, x, y = b->y;
  if (negative) fe_subtract(&y, &FE_ZERO, &b->y, 1);
  if (a->infinite) {
    affine whole = {b->x, y};
    point_from_affine(r, &whole);
    return;
  }
  fe_square(&zz, &a->z);
  fe_mul(&h, &b->x, &zz);
  fe_subtract(&h, &h, &a->x, 1);
  fe_mul(&s, &zz, &a->z);
  fe_mul(&s, &s, &y);
  fe_subtract(&s, &s, &a->y, 1);
  if (fe_is_zero(&h)) {
    if (fe_is_zero(&s)) {
      point_double(r, a);
    } else {
      *r = *a;
      r->infinite = true;
    }
    return;
  }
  fe_square(&hh, &h);
  fe_mul(&hhh, &hh, &h);
  fe_mul(&v, &a->x, &hh);
  fe_mul(&y, &a->y, &hhh);
  fe_mul(&r->z, &a->z, &h);
  fe_square(&x, &s);
  fe_subtract(&x, &x, &hhh, 1);
  fe_subtract(&x, &x, &v, 2);
  fe_subtract(&v, &v, &x, 1);
  fe_mul(&v, &v, &s);
  fe_subtract(&r->y, &v, &y, 1);
  r->x = x;
  r->infinite = false;
}

void points_to_affine(affine *r, const jacobian *points, int count) {
  fe before[128], product = FE_ONE, inverse, squared;
  for (int i = 0; i < count; i++) {
    before[i] = product;
    fe_mul(&product, &product, &points[i].z);
  }
  fe_invert(&inverse, &product);
  for (int i = count - 1; i >= 0; i--) {
    fe own;
    fe_mul(&own, &inverse, &before[i]);
    fe_mul(&inverse, &inverse, &points[i].z);
    fe_square(&squared, &own);
    fe_mul(&r[i].x, &points[i].x, &squared);
    fe_mul(&squared, &squared, &own);
    fe_mul(&r[i].y, &points[i].y, &squared);
    fe_reduce(&r[i].x);
    fe_reduce(&r[i].y);
  }
}
