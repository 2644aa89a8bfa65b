/*
 * Executes plain envelopes on the engine's own memory: the common case, to the byte as packages/engine does it.
 *
 * Plain is an envelope that has one op, a transfer, a swap or liquidity; that the owner of its account signed; that
 * succeeds; and that changes only holdings, reserves and nonces that are there. Whatever else there is, all that fails
 * included, is left to the engine. An envelope is checked to its end before anything changes.
 */
#ifndef LAKH_PLAIN_H
#define LAKH_PLAIN_H

#include <string.h>

#include "envelope.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "records are read on little-endian machines");

/* Numbers of the machine, in and out (packages/engine/src/plain.ts has the same order). */
typedef struct {
  uint64_t time, fees;
  uint64_t least_fee;    /* envelopes that pay less are not plain */
  uint32_t object_count; /* objects are below this */
  uint32_t flags;        /* those that an object that is touched gets; with more than DIRTY, its old record is saved */
  uint32_t dirty_count;
  uint32_t image_count; /* images whose heads lie in `image_heads` */
  uint32_t word_count;  /* words taken of `image_words` */
  uint32_t chunk;       /* number of `image_words` in the journal */
} plain_registers;

/* The engine's memory (packages/engine/src/state.ts, arena.ts, journal.ts). */
typedef struct {
  uint8_t *records;
  size_t record_bytes;
  uint32_t *heads; /* two words an object: its unit and flags, its size and class */
  uint32_t *dirty;
  uint32_t *image_heads, *image_words;
  size_t dirty_room, image_room, word_room; /* in words, in heads of four words, in words */
  plain_registers *registers;
} plain_state;

/* Envelope i is data[spans[2i] .. spans[2i + 1]), its signer the 20 bytes at `signers` + 20i. */
typedef struct {
  const uint8_t *data;
  const uint32_t *spans;
  const uint8_t *signers;
  size_t count;
} plain_run;

/* Executes envelopes in their order until one is not plain. Returns how many. */
size_t apply_plain(const plain_state *state, const protocol_schema *schema, const plain_run *run);

/* ── The ops (plain-ops.c) ── */

/* Where amounts of an envelope stand, and what they become: nothing is written before all is known. */
enum { MOST_CELLS = 8 };
typedef struct {
  struct {
    uint8_t *at;
    uint64_t value;
  } cells[MOST_CELLS];
  size_t count;
} draft;

/* The record of an object of this kind, or NULL. */
uint8_t *plain_record(const plain_state *state, uint32_t object, uint8_t kind);
/* Where an account holds the amount of a key, or NULL. */
uint8_t *plain_holding(uint8_t *account, uint32_t key);
/* Lowers an amount, which must stay above zero; false when it cannot. `at` NULL: false. */
bool draft_take(draft *d, uint8_t *at, uint64_t units);
/* Raises an amount; false on overflow. `at` NULL: false. */
bool draft_give(draft *d, uint8_t *at, uint64_t units);
/* Drafts the one op of an envelope. Returns the object that changes beside the account, or 0: it is not plain. */
uint32_t draft_op(const plain_state *state, const envelope_view *envelope, uint8_t *account, draft *d);

static inline uint64_t read_u64(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, 8);
  return __builtin_bswap64(value);
}

static inline void write_u64(uint8_t *at, uint64_t value) {
  value = __builtin_bswap64(value);
  memcpy(at, &value, 8);
}

static inline uint32_t read_u32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return __builtin_bswap32(value);
}

#endif
