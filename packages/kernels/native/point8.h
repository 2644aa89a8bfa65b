/*
 * Points in lanes, with incomplete additions: adding a point to itself or to its negative makes z zero, and z stays zero
 * from then on. So a lane whose final z is not zero is right, and one whose z is zero must be done again, completely.
 */
#ifndef LAKH_POINT8_H
#define LAKH_POINT8_H

#include "field8.h"

typedef struct {
  fes x, y;
} affines;

/* (x / z^2, y / z^3). */
typedef struct {
  fes x, y, z;
} jacobians;

/* r = 2 r. */
void points_double(jacobians *r);
/* r = r + b, or r - b where `negative`. */
void points_add(jacobians *r, const affines *b, const masks *negative);
/* r = r + b. */
void points_add_jacobian(jacobians *r, const jacobians *b);

#endif
