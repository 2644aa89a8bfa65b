/* EIP-712 digests of envelopes, eight at a time through each of the four hashes. */
#include <stdlib.h>
#include <string.h>

#include "envelope.h"
#include "keccak.h"

enum { WORD_BYTES = 32, CHUNK = 64 };
enum { OP_BYTES = 11 * WORD_BYTES, OP_BLOCKS = 3 };
enum { STRUCT_BYTES = 7 * WORD_BYTES, STRUCT_BLOCKS = 2 };
enum { FINAL_BYTES = 2 + 2 * WORD_BYTES, FINAL_BLOCKS = 1 };

/* Messages of the ops of a chunk, padded; and their hashes, in the same order. */
typedef struct {
  const backend *b;
  const protocol_schema *schema;
  const envelope_block *block;
  uint8_t ops[CHUNK * MOST_OPS][OP_BLOCKS * RATE_BYTES];
  uint8_t op_hashes[CHUNK * MOST_OPS][HASH_BYTES];
  uint8_t structs[CHUNK][STRUCT_BLOCKS * RATE_BYTES];
  uint8_t struct_hashes[CHUNK][HASH_BYTES];
  uint8_t finals[CHUNK][FINAL_BLOCKS * RATE_BYTES];
  uint32_t first_op[CHUNK + 1];
  uint32_t envelope[CHUNK]; /* numbers of the envelopes that are hashed */
  size_t count;
} chunk;

static void put_u64(uint8_t *word, uint64_t value) {
  uint64_t big_endian = __builtin_bswap64(value);
  memset(word, 0, WORD_BYTES - 8);
  memcpy(word + WORD_BYTES - 8, &big_endian, 8);
}

static void put_tag(uint8_t *word, const envelope_block *block, uint32_t object) {
  if (object == 0) memset(word, 0, WORD_BYTES);
  else memcpy(word, block->tags + (size_t)object * HASH_BYTES, HASH_BYTES);
}

static void write_op(uint8_t *to, const chunk *c, const op_view *op) {
  memcpy(to, c->schema->op_type_hash, WORD_BYTES);
  memcpy(to + WORD_BYTES, c->schema->verbs[op->verb].text_hash, WORD_BYTES);
  for (int k = 0; k < 2; k++) {
    put_u64(to + (2 + 2 * k) * WORD_BYTES, op->objects[k]);
    put_tag(to + (3 + 2 * k) * WORD_BYTES, c->block, op->objects[k]);
  }
  memset(to + 6 * WORD_BYTES, 0, WORD_BYTES);
  if (op->party != NULL) memcpy(to + 7 * WORD_BYTES - ADDRESS_BYTES, op->party, ADDRESS_BYTES);
  for (int i = 0; i < 4; i++) put_u64(to + (7 + i) * WORD_BYTES, op->amounts[i]);
  keccak_pad(to + (OP_BLOCKS - 1) * RATE_BYTES, OP_BYTES - (OP_BLOCKS - 1) * RATE_BYTES);
}

static void write_struct(uint8_t *to, const chunk *c, const envelope_view *view) {
  memcpy(to, c->schema->envelope_type_hash, WORD_BYTES);
  put_u64(to + WORD_BYTES, view->account);
  put_tag(to + 2 * WORD_BYTES, c->block, view->account);
  for (int i = 0; i < 3; i++) put_u64(to + (3 + i) * WORD_BYTES, view->header[i]);
  keccak_pad(to + (STRUCT_BLOCKS - 1) * RATE_BYTES, STRUCT_BYTES - (STRUCT_BLOCKS - 1) * RATE_BYTES);
}

static bool knows_objects(const envelope_view *view, uint32_t object_count) {
  if (view->account >= object_count) return false;
  for (uint32_t i = 0; i < view->op_count; i++)
    for (int k = 0; k < 2; k++)
      if (view->ops[i].objects[k] >= object_count && view->ops[i].objects[k] != 0) return false;
  return true;
}

/* Decodes envelope `i`; adds it to the chunk when it can be hashed. */
static uint8_t add(chunk *c, uint32_t i, uint8_t *signature) {
  envelope_view view;
  uint32_t start = c->block->spans[2 * i], end = c->block->spans[2 * i + 1];
  if (!envelope_decode(&view, c->schema, c->block->data + start, end - start)) return DIGEST_MALFORMED;
  if (!knows_objects(&view, c->block->object_count)) return DIGEST_UNKNOWN_OBJECT;
  uint32_t op = c->first_op[c->count];
  for (uint32_t k = 0; k < view.op_count; k++) write_op(c->ops[op + k], c, &view.ops[k]);
  write_struct(c->structs[c->count], c, &view);
  memcpy(signature, view.signature, SIGNATURE_BYTES);
  c->envelope[c->count++] = i;
  c->first_op[c->count] = op + view.op_count;
  return DIGEST_OK;
}

/* Hashes `count` messages of `blocks` padded blocks each, `stride` bytes apart, to places `step` bytes apart. */
static void hash_padded(const backend *b, const uint8_t *messages, size_t blocks, size_t count, uint8_t *out, size_t step) {
  for (size_t i = 0; i < count; i += LANES) {
    const uint8_t *from[LANES];
    uint8_t *to[LANES];
    size_t n = count - i < LANES ? count - i : LANES;
    for (size_t k = 0; k < n; k++) {
      from[k] = messages + (i + k) * blocks * RATE_BYTES;
      to[k] = out + (i + k) * step;
    }
    b->keccak_padded(from, blocks, n, to);
  }
}

/* Hashes each envelope's op hashes into word 6 of its struct. */
static void hash_op_lists(chunk *c) {
  for (size_t i = 0; i < c->count; i += LANES) {
    const uint8_t *from[LANES];
    uint8_t *to[LANES];
    size_t bytes[LANES], n = c->count - i < LANES ? c->count - i : LANES;
    for (size_t k = 0; k < n; k++) {
      from[k] = c->op_hashes[c->first_op[i + k]];
      bytes[k] = (c->first_op[i + k + 1] - c->first_op[i + k]) * HASH_BYTES;
      to[k] = c->structs[i + k] + 6 * WORD_BYTES;
    }
    c->b->keccak(from, bytes, n, to);
  }
}

static void finish(chunk *c, uint8_t *digests) {
  uint8_t hashes[CHUNK][HASH_BYTES];
  hash_padded(c->b, c->ops[0], OP_BLOCKS, c->first_op[c->count], c->op_hashes[0], HASH_BYTES);
  hash_op_lists(c);
  hash_padded(c->b, c->structs[0], STRUCT_BLOCKS, c->count, c->struct_hashes[0], HASH_BYTES);
  for (size_t i = 0; i < c->count; i++) {
    c->finals[i][0] = 0x19;
    c->finals[i][1] = 0x01;
    memcpy(c->finals[i] + 2, c->block->domain, WORD_BYTES);
    memcpy(c->finals[i] + 2 + WORD_BYTES, c->struct_hashes[i], WORD_BYTES);
    keccak_pad(c->finals[i], FINAL_BYTES);
  }
  hash_padded(c->b, c->finals[0], FINAL_BLOCKS, c->count, hashes[0], HASH_BYTES);
  for (size_t i = 0; i < c->count; i++) memcpy(digests + (size_t)c->envelope[i] * HASH_BYTES, hashes[i], HASH_BYTES);
}

bool digest_batch(const backend *b, const protocol_schema *schema, const envelope_block *block, uint8_t *digests,
                  uint8_t *signatures, uint8_t *status) {
  chunk *c = malloc(sizeof *c); /* every byte that is hashed is written first */
  if (c == NULL) return false;
  c->b = b;
  c->schema = schema;
  c->block = block;
  for (size_t start = 0; start < block->count; start += CHUNK) {
    size_t end = block->count - start < CHUNK ? block->count : start + CHUNK;
    c->count = 0;
    c->first_op[0] = 0;
    for (size_t i = start; i < end; i++) {
      status[i] = add(c, (uint32_t)i, signatures + i * SIGNATURE_BYTES);
      if (status[i] == DIGEST_OK) continue;
      memset(signatures + i * SIGNATURE_BYTES, 0, SIGNATURE_BYTES);
      memset(digests + i * HASH_BYTES, 0, HASH_BYTES);
    }
    finish(c, digests);
  }
  free(c);
  return true;
}
