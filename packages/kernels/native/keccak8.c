/* keccak256 of eight messages at once: the eight states lie in 25 registers. */
#include "keccak.h"
#include "lanes.h"

#define WORD lanes
#define XOR(a, b) _mm512_xor_si512(a, b)
#define XOR3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0x96)
#define XOR5(a, b, c, d, e) XOR3(XOR3(a, b, c), d, e)
#define ROTATE(a, bits) _mm512_rol_epi64(a, bits)
#define CHI(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0xd2)
#define CONSTANT(c) _mm512_set1_epi64((long long)(c))
#include "keccak-rounds.h"

static __attribute__((noinline)) void permute(lanes state[25]) {
  lanes a[25];
  for (int i = 0; i < 25; i++) a[i] = state[i];
  keccak_permute(a);
  for (int i = 0; i < 25; i++) state[i] = a[i];
}

static lanes word16(const uint8_t *const *at) {
  uint64_t words[8];
  for (int i = 0; i < 8; i++) memcpy(&words[i], at[i] + 128, 8);
  return _mm512_loadu_si512(words);
}

/* Xors words 0 to 15 of eight blocks into the states. */
static inline void absorb16(lanes state[25], const uint8_t *const *at) {
  lanes words[8];
  const uint8_t *second[8];
  load_transposed(words, at);
  for (int i = 0; i < 8; i++) {
    state[i] = XOR(state[i], words[i]);
    second[i] = at[i] + 64;
  }
  load_transposed(words, second);
  for (int i = 0; i < 8; i++) state[i + 8] = XOR(state[i + 8], words[i]);
}

static void absorb(lanes state[25], const uint8_t *const *at) {
  absorb16(state, at);
  state[16] = XOR(state[16], word16(at));
  permute(state);
}

/* Writes the hashes of the lanes in `which`. */
static void squeeze(const lanes state[25], unsigned which, uint8_t *const *out) {
  lanes rows[8];
  for (int i = 0; i < 4; i++) rows[i] = state[i];
  for (int i = 4; i < 8; i++) rows[i] = _mm512_setzero_si512();
  transpose(rows);
  for (int i = 0; i < 8; i++)
    if (which >> i & 1) _mm256_storeu_si256((__m256i *)out[i], _mm512_castsi512_si256(rows[i]));
}

static void clear(lanes state[25]) {
  for (int i = 0; i < 25; i++) state[i] = _mm512_setzero_si512();
}

/* Fills the lanes from `count` on with the first message. */
static void fill(const uint8_t **at, const uint8_t *const *messages, size_t count) {
  for (size_t i = 0; i < LANES; i++) at[i] = messages[i < count ? i : 0];
}

void keccak_vector(const uint8_t *const *messages, const size_t *bytes, size_t count, uint8_t *const *out) {
  uint8_t last[LANES][RATE_BYTES];
  size_t whole[LANES] = {0}, most = 0;
  lanes state[25];
  if (count == 1) { /* one lane alone is faster without lanes */
    keccak256_scalar(messages[0], bytes[0], out[0]);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    whole[i] = bytes[i] / RATE_BYTES;
    size_t rest = bytes[i] - whole[i] * RATE_BYTES;
    memcpy(last[i], messages[i] + whole[i] * RATE_BYTES, rest);
    keccak_pad(last[i], rest);
    if (whole[i] > most) most = whole[i];
  }
  clear(state);
  for (size_t b = 0; b <= most; b++) {
    const uint8_t *at[LANES];
    unsigned ending = 0;
    for (size_t i = 0; i < LANES; i++) {
      at[i] = i < count && b < whole[i] ? messages[i] + b * RATE_BYTES : last[i < count ? i : 0];
      if (i < count && b == whole[i]) ending |= 1u << i;
    }
    absorb(state, at);
    if (ending != 0) squeeze(state, ending, out);
  }
}

void keccak_padded_vector(const uint8_t *const *messages, size_t blocks, size_t count, uint8_t *const *out) {
  const uint8_t *at[LANES];
  lanes state[25];
  if (count == 0) return;
  fill(at, messages, count);
  clear(state);
  for (size_t b = 0; b < blocks; b++) {
    absorb(state, at);
    for (size_t i = 0; i < LANES; i++) at[i] += RATE_BYTES;
  }
  squeeze(state, (1u << count) - 1, out);
}

void hash_nodes_vector(const uint8_t *const *groups, size_t count, uint8_t *const *out) {
  const uint8_t *at[LANES];
  lanes state[25];
  if (count == 0) return;
  fill(at, groups, count);
  clear(state);
  absorb16(state, at);
  state[16] = CONSTANT(0x8000000000000001); /* the padding of 128 bytes */
  permute(state);
  squeeze(state, (1u << count) - 1, out);
}
