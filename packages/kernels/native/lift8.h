/* From the digits and bytes of a block to lanes. */
#ifndef LAKH_LIFT8_H
#define LAKH_LIFT8_H

#include "point8.h"
#include "recovery.h"

/* Eight bytes, one a lane. */
ALWAYS lanes load_bytes(const uint8_t *bytes) {
  return _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)bytes));
}

/* Where bytes are not zero. */
ALWAYS masks load_flags(const uint8_t *flags) {
  masks r;
  for (int s = 0; s < SETS; s++) {
    lanes bytes = load_bytes(flags + s * LANES);
    r.set[s] = _mm512_test_epi64_mask(bytes, bytes);
  }
  return r;
}

/* Points R from r and the parity of y, of the lanes from `first` on; the mask says where there is one and in range. */
masks points_lift(affines *points, const recovery_block *block, size_t first);

#endif
