/*
 * Multiples of the generator: entry j of window w is (2 j + 1) 256^w G, as four words of x and four of y. A scalar's
 * signed odd digits in base 256 pick one entry a window.
 */
#ifndef LAKH_COMB_H
#define LAKH_COMB_H

#include "point.h"

enum { COMB_WINDOWS = 32, COMB_ENTRIES = 128 };

typedef struct {
  uint64_t x[4], y[4];
} packed_point;

/* Builds the table on the first call, in a few milliseconds; any thread may call it. */
const packed_point (*comb_table(void))[COMB_ENTRIES];

static inline void unpack_point(affine *r, const packed_point *p) {
  fe_from_words(&r->x, p->x);
  fe_from_words(&r->y, p->y);
}

#endif
