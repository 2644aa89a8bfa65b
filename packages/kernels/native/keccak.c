/* keccak256 one message at a time. */
#include "keccak.h"

#define WORD uint64_t
#define XOR(a, b) ((a) ^ (b))
#define XOR5(a, b, c, d, e) ((a) ^ (b) ^ (c) ^ (d) ^ (e))
#define ROTATE(a, bits) (((a) << (bits)) | ((a) >> (64 - (bits))))
#define CHI(a, b, c) ((a) ^ (~(b) & (c)))
#define CONSTANT(c) (c)
#include "keccak-rounds.h"

static void absorb(uint64_t state[25], const uint8_t block[RATE_BYTES]) {
  uint64_t words[RATE_BYTES / 8];
  memcpy(words, block, RATE_BYTES);
  for (int i = 0; i < RATE_BYTES / 8; i++) state[i] ^= words[i];
  keccak_permute(state);
}

void keccak256_scalar(const uint8_t *message, size_t bytes, uint8_t out[HASH_BYTES]) {
  uint64_t state[25] = {0};
  uint8_t last[RATE_BYTES];
  for (; bytes >= RATE_BYTES; bytes -= RATE_BYTES, message += RATE_BYTES) absorb(state, message);
  memcpy(last, message, bytes);
  keccak_pad(last, bytes);
  absorb(state, last);
  memcpy(out, state, HASH_BYTES);
}

void keccak_scalar(const uint8_t *const *messages, const size_t *bytes, size_t count, uint8_t *const *out) {
  for (size_t i = 0; i < count; i++) keccak256_scalar(messages[i], bytes[i], out[i]);
}

void keccak_padded_scalar(const uint8_t *const *messages, size_t blocks, size_t count, uint8_t *const *out) {
  for (size_t i = 0; i < count; i++) {
    uint64_t state[25] = {0};
    for (size_t b = 0; b < blocks; b++) absorb(state, messages[i] + b * RATE_BYTES);
    memcpy(out[i], state, HASH_BYTES);
  }
}

void hash_nodes_scalar(const uint8_t *const *groups, size_t count, uint8_t *const *out) {
  for (size_t i = 0; i < count; i++) keccak256_scalar(groups[i], NODE_GROUP_BYTES, out[i]);
}

void keccak_batch(const backend *b, const uint8_t *data, const uint32_t *ends, size_t count, uint8_t *out) {
  const uint8_t *messages[LANES];
  uint8_t *hashes[LANES];
  size_t bytes[LANES];
  uint32_t start = 0;
  for (size_t i = 0; i < count; i += LANES) {
    size_t n = count - i < LANES ? count - i : LANES;
    for (size_t k = 0; k < n; k++) {
      messages[k] = data + start;
      bytes[k] = ends[i + k] - start;
      hashes[k] = out + (i + k) * HASH_BYTES;
      start = ends[i + k];
    }
    b->keccak(messages, bytes, n, hashes);
  }
}

enum { SPANS_AHEAD = 16, CACHE_LINE = 64 };

/* Fetches a message, in as many lines as it may lie in, and the place of its hash. */
static void prefetch_span(const uint8_t *data, const uint32_t *span, const uint8_t *hash) {
  for (uint32_t at = span[0]; at < span[1]; at += CACHE_LINE) __builtin_prefetch(data + at);
  if (span[0] < span[1]) __builtin_prefetch(data + span[1] - 1);
  __builtin_prefetch(hash, 1);
}

void keccak_spans(const backend *b, const uint8_t *data, const uint32_t *spans, const uint32_t *places, size_t count,
                  uint8_t *out) {
  const uint8_t *messages[LANES];
  uint8_t *hashes[LANES];
  size_t bytes[LANES];
  for (size_t i = 0; i < count; i += LANES) {
    size_t n = count - i < LANES ? count - i : LANES;
    for (size_t k = 0; k < n; k++) {
      size_t ahead = i + k + SPANS_AHEAD;
      if (ahead < count) prefetch_span(data, spans + 2 * ahead, out + (size_t)places[ahead] * HASH_BYTES);
      messages[k] = data + spans[2 * (i + k)];
      bytes[k] = spans[2 * (i + k) + 1] - spans[2 * (i + k)];
      hashes[k] = out + (size_t)places[i + k] * HASH_BYTES;
    }
    b->keccak(messages, bytes, n, hashes);
  }
}
