/* What the files of the native kernels share: blocks in, blocks out; nothing here allocates for its caller. */
#ifndef LAKH_KERNELS_H
#define LAKH_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HASH_BYTES = 32, NODE_GROUP_BYTES = 128, SIGNATURE_BYTES = 64, ADDRESS_BYTES = 20, KEY_BYTES = 64 };
enum { RATE_BYTES = 136, LANES = 8 };

struct recovery_block; /* recovery.h */

enum { VERIFY_LEAST = 160, VERIFY_MOST = 2048, RANDOM_BYTES = 16 };

/* UNDECIDED: only recovery can tell. */
typedef enum { REFUSED = 0, HOLDS = 1, UNDECIDED = 2 } verdict;

/* One way to do the heavy work on this CPU. Every backend gives the same bytes. */
typedef struct {
  const char *name;
  /* keccak256 of `count` <= LANES messages of any length. */
  void (*keccak)(const uint8_t *const *messages, const size_t *bytes, size_t count, uint8_t *const *out);
  /* keccak256 of `count` <= LANES messages that are padded already (keccak.h) to `blocks` times RATE_BYTES. */
  void (*keccak_padded)(const uint8_t *const *messages, size_t blocks, size_t count, uint8_t *const *out);
  /* keccak256 of `count` <= LANES groups of four nodes. */
  void (*hash_nodes)(const uint8_t *const *groups, size_t count, uint8_t *const *out);
  /* Public keys (big-endian x, y) of a prepared block; `found[i]` is 0 where there is none. */
  void (*recover_keys)(const struct recovery_block *block, uint8_t *keys, uint8_t *found);
  /* verify_batch for count <= VERIFY_MOST; NULL where there is nothing faster than recovery. */
  verdict (*verify)(const uint8_t *digests, const uint8_t *signatures, const uint8_t *keys, size_t count,
                    const uint8_t *randomness);
} backend;

extern const backend scalar_backend;
/* The backend for eight lanes, or NULL when this CPU or this build has none. */
const backend *vector_backend(void);

/* keccak256 of messages one after the other; `ends[i]` is where message i ends. */
void keccak_batch(const backend *b, const uint8_t *data, const uint32_t *ends, size_t count, uint8_t *out);

/* keccak256 of data[spans[2i] .. spans[2i + 1]) to place `places[i]` of `out`, in units of HASH_BYTES. */
void keccak_spans(const backend *b, const uint8_t *data, const uint32_t *spans, const uint32_t *places, size_t count,
                  uint8_t *out);

/* Signers of `count` digests: 20 bytes each, and 64 bytes of public key each when `keys` is not NULL; zero when invalid.
 * Returns false when memory is short. */
bool recover_batch(const backend *b, const uint8_t *digests, const uint8_t *signatures, size_t count,
                   uint8_t *addresses, uint8_t *keys);

/*
 * Whether every signature recovers to its public key. `randomness`: RANDOM_BYTES for each signature, unknown to whoever
 * made them; a wrong answer has the probability 2^-127.
 */
verdict verify_batch(const backend *b, const uint8_t *digests, const uint8_t *signatures, const uint8_t *keys,
                     size_t count, const uint8_t *randomness);

typedef struct {
  uint8_t *nodes;
  size_t count;
} tree_level;

/* Brings the inner nodes up to date; overwrites `dirty`. False when an index lies outside its level. */
bool tree_update(const backend *b, const tree_level *levels, size_t level_count, uint32_t *dirty, size_t count);

#endif
