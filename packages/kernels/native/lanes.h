/* Eight 64-bit lanes of AVX-512, and the way between them and memory. */
#ifndef LAKH_LANES_H
#define LAKH_LANES_H

#include <immintrin.h>

#include "kernels.h"

typedef __m512i lanes;

/* Transposes an 8 x 8 matrix of 64-bit words: row i holds the words of lane i before, word i of all lanes after. */
static inline __attribute__((always_inline)) void transpose(lanes r[8]) {
  lanes a[8], b[8];
  for (int i = 0; i < 8; i += 2) {
    a[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
    a[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    for (int k = 0; k < 2; k++) {
      b[i + k] = _mm512_shuffle_i64x2(a[i + k], a[i + k + 2], 0x88);
      b[i + k + 2] = _mm512_shuffle_i64x2(a[i + k], a[i + k + 2], 0xdd);
    }
  }
  for (int k = 0; k < 4; k++) {
    r[k] = _mm512_shuffle_i64x2(b[k], b[k + 4], 0x88);
    r[k + 4] = _mm512_shuffle_i64x2(b[k], b[k + 4], 0xdd);
  }
}

/* Words 0 to 7 at eight places: word i of all lanes in r[i]. */
static inline __attribute__((always_inline)) void load_transposed(lanes r[8], const uint8_t *const *at) {
  for (int i = 0; i < 8; i++) r[i] = _mm512_loadu_si512(at[i]);
  transpose(r);
}

#endif
