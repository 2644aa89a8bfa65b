/* keccak256 on one lane, and the padding that both backends share. */
#ifndef LAKH_KECCAK_H
#define LAKH_KECCAK_H

#include <string.h>

#include "kernels.h"

/* Pads the last `bytes` < RATE_BYTES bytes of a message, which stand at the start of `last`, to a whole block. */
static inline void keccak_pad(uint8_t last[RATE_BYTES], size_t bytes) {
  memset(last + bytes, 0, RATE_BYTES - bytes);
  last[bytes] ^= 0x01;
  last[RATE_BYTES - 1] ^= 0x80;
}

void keccak256_scalar(const uint8_t *message, size_t bytes, uint8_t out[HASH_BYTES]);

void keccak_scalar(const uint8_t *const *messages, const size_t *bytes, size_t count, uint8_t *const *out);
void keccak_padded_scalar(const uint8_t *const *messages, size_t blocks, size_t count, uint8_t *const *out);
void hash_nodes_scalar(const uint8_t *const *groups, size_t count, uint8_t *const *out);

void keccak_vector(const uint8_t *const *messages, const size_t *bytes, size_t count, uint8_t *const *out);
void keccak_padded_vector(const uint8_t *const *messages, size_t blocks, size_t count, uint8_t *const *out);
void hash_nodes_vector(const uint8_t *const *groups, size_t count, uint8_t *const *out);

#endif
