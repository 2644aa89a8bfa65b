/* Points of secp256k1 one at a time, with complete additions: the reference that the lanes fall back on. */
#ifndef LAKH_POINT_H
#define LAKH_POINT_H

#include "field.h"

typedef struct {
  fe x, y;
} affine;

/* (x / z^2, y / z^3), or the point at infinity. */
typedef struct {
  fe x, y, z;
  bool infinite;
} jacobian;

void point_from_affine(jacobian *r, const affine *a);
void point_double(jacobian *r, const jacobian *a);
/* a + b, or a - b when `negative`; right in every case. */
void point_add(jacobian *r, const jacobian *a, const affine *b, bool negative);
/* The affine forms of `count` <= 128 points that are not infinite, with one inversion. */
void points_to_affine(affine *r, const jacobian *points, int count);

#endif
