/* Decoding of packed envelopes. */
#include "envelope.h"

typedef struct {
  const uint8_t *at, *end;
} reader;

static bool read_varint(reader *in, uint64_t *value) {
  if (in->at >= in->end) return false;
  uint8_t first = *in->at;
  unsigned extra = first == 0xff ? 8 : (unsigned)__builtin_clz(~((uint32_t)first << 24)); /* leading ones */
  if ((size_t)(in->end - in->at) <= extra) return false;
  uint64_t v = extra < 7 ? first & 0x7fu >> extra : 0;
  for (unsigned i = 1; i <= extra; i++) v = v << 8 | in->at[i];
  if (extra > 0 && v >> 7 * extra == 0) return false; /* it would fit one byte less */
  in->at += 1 + extra;
  *value = v;
  return true;
}

static bool read_object(reader *in, const protocol_schema *schema, uint32_t least, uint32_t *object) {
  uint64_t value;
  if (!read_varint(in, &value) || value < least || value >= schema->object_limit) return false;
  *object = (uint32_t)value;
  return true;
}

static bool read_op(reader *in, const protocol_schema *schema, op_view *op) {
  if (in->at >= in->end) return false;
  op->verb = *in->at++;
  if (!schema->verbs[op->verb].known) return false;
  unsigned fields = schema->verbs[op->verb].fields;
  op->objects[0] = op->objects[1] = 0;
  if ((fields & FIELD_OBJECT) != 0 && !read_object(in, schema, 1, &op->objects[0])) return false;
  if ((fields & FIELD_OBJECT2) != 0 && !read_object(in, schema, schema->verbs[op->verb].least_object2, &op->objects[1]))
    return false;
  op->party = NULL;
  if ((fields & FIELD_PARTY) != 0) {
    if (in->end - in->at < ADDRESS_BYTES) return false;
    op->party = in->at;
    in->at += ADDRESS_BYTES;
  }
  for (int i = 0; i < 4; i++) {
    op->amounts[i] = 0;
    if ((fields & FIELD_AMOUNT << i) != 0 && !read_varint(in, &op->amounts[i])) return false;
  }
  return true;
}

bool envelope_decode(envelope_view *view, const protocol_schema *schema, const uint8_t *item, size_t bytes) {
  reader in = {item, item + bytes};
  if (bytes == 0 || bytes > schema->max_item) return false;
  uint8_t head = *in.at++;
  view->op_count = head & 15;
  if (head >> 4 != schema->version || view->op_count < 1 || view->op_count > schema->max_ops) return false;
  if (!read_object(&in, schema, 1, &view->account)) return false;
  for (int i = 0; i < 3; i++)
    if (!read_varint(&in, &view->header[i])) return false;
  for (uint32_t i = 0; i < view->op_count; i++)
    if (!read_op(&in, schema, &view->ops[i])) return false;
  view->signature = in.at;
  return in.end - in.at == SIGNATURE_BYTES;
}
