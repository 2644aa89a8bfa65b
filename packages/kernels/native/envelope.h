/* Packed envelopes (docs/spec/encoding.md) and what their signers sign (docs/spec/digest.md). */
#ifndef LAKH_ENVELOPE_H
#define LAKH_ENVELOPE_H

#include "kernels.h"

enum { MOST_OPS = 8, VERB_LIMIT = 256 };
enum { FIELD_OBJECT = 1, FIELD_OBJECT2 = 2, FIELD_PARTY = 4, FIELD_AMOUNT = 8 };
enum { DIGEST_OK = 0, DIGEST_MALFORMED = 1, DIGEST_UNKNOWN_OBJECT = 2 };

/* The protocol's constants, as the loader packs them (src/schema.ts): little-endian, in this order, without gaps. */
typedef struct {
  uint32_t version, max_item, max_ops, object_limit;
  uint8_t op_type_hash[HASH_BYTES], envelope_type_hash[HASH_BYTES];
  struct {
    uint8_t known;        /* 1: there is such a verb */
    uint8_t fields;       /* FIELD_ bits, amounts upwards from FIELD_AMOUNT */
    uint8_t least_object2;
    uint8_t text_hash[HASH_BYTES];
  } verbs[VERB_LIMIT];
} protocol_schema;

typedef struct {
  uint8_t verb;
  uint32_t objects[2];
  const uint8_t *party; /* NULL: zero */
  uint64_t amounts[4];
} op_view;

typedef struct {
  uint32_t account, op_count;
  uint64_t header[3]; /* nonce, validUntil, fee */
  op_view ops[MOST_OPS];
  const uint8_t *signature;
} envelope_view;

/* Decodes an item; false when it is malformed. The view points into it. */
bool envelope_decode(envelope_view *view, const protocol_schema *schema, const uint8_t *item, size_t bytes);

typedef struct {
  const uint8_t *data;
  const uint32_t *spans; /* start and end in `data`, two an envelope */
  size_t count;
  const uint8_t *tags; /* 32 bytes an object, by index */
  uint32_t object_count;
  const uint8_t *domain; /* domain separator */
} envelope_block;

/* Writes digest, signature and DIGEST_ status of each envelope; zeros where the status is not DIGEST_OK.
 * Returns false when memory is short. */
bool digest_batch(const backend *b, const protocol_schema *schema, const envelope_block *block, uint8_t *digests,
                  uint8_t *signatures, uint8_t *status);

#endif
