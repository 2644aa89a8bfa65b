/* The Node-API module: for each backend that this CPU has, one object of functions (src/native.ts gives them types). */
#include "arguments.h"
#include "envelope.h"
#include "plain.h"

enum { MOST_LEVELS = 32 };

/* keccak256(data, out) */
static napi_value call_keccak256(napi_env env, napi_callback_info info) {
  arguments args;
  buffer data, out;
  if (!read_arguments(&args, env, info, 2) || !read_bytes(&args, 0, 0, &data) || !read_bytes(&args, 1, HASH_BYTES, &out))
    return NULL;
  const uint8_t *message = data.at;
  args.b->keccak(&message, &data.bytes, 1, &out.at);
  return NULL;
}

/* keccakBatch(data, ends, count, out) */
static napi_value call_keccak_batch(napi_env env, napi_callback_info info) {
  arguments args;
  buffer data, ends, out;
  uint32_t count;
  if (!read_arguments(&args, env, info, 4) || !read_count(&args, 2, &count) || !read_bytes(&args, 0, 0, &data) ||
      !read_u32s(&args, 1, count, &ends) || !read_bytes(&args, 3, (size_t)count * HASH_BYTES, &out))
    return NULL;
  const uint32_t *end = (const uint32_t *)ends.at;
  for (uint32_t i = 0; i < count; i++) {
    if (end[i] < (i > 0 ? end[i - 1] : 0) || end[i] > data.bytes) {
      refuse(&args, "the ends of messages must ascend and lie within the data");
      return NULL;
    }
  }
  keccak_batch(args.b, data.at, end, count, out.at);
  return NULL;
}

/* keccakSpans(data, spans, places, count, out) */
static napi_value call_keccak_spans(napi_env env, napi_callback_info info) {
  arguments args;
  buffer data, spans, places, out;
  uint32_t count;
  if (!read_arguments(&args, env, info, 5) || !read_count(&args, 3, &count) || !read_bytes(&args, 0, 0, &data) ||
      !read_u32s(&args, 1, 2 * (size_t)count, &spans) || !read_u32s(&args, 2, count, &places) ||
      !read_bytes(&args, 4, 0, &out))
    return NULL;
  const uint32_t *span = (const uint32_t *)spans.at;
  const uint32_t *place = (const uint32_t *)places.at;
  for (uint32_t i = 0; i < count; i++) {
    if (span[2 * i] > span[2 * i + 1] || span[2 * i + 1] > data.bytes || place[i] >= out.bytes / HASH_BYTES) {
      refuse(&args, "the spans must lie within the data, the places within the output");
      return NULL;
    }
  }
  keccak_spans(args.b, data.at, span, place, count, out.at);
  return NULL;
}

/* recoverBatch(digests, signatures, count, outAddresses, outKeys | undefined) */
static napi_value call_recover_batch(napi_env env, napi_callback_info info) {
  arguments args;
  buffer digests, signatures, addresses, keys = {0};
  napi_valuetype keys_type;
  uint32_t count;
  if (!read_arguments(&args, env, info, 5) || !read_count(&args, 2, &count) ||
      !read_bytes(&args, 0, (size_t)count * HASH_BYTES, &digests) ||
      !read_bytes(&args, 1, (size_t)count * SIGNATURE_BYTES, &signatures) ||
      !read_bytes(&args, 3, (size_t)count * ADDRESS_BYTES, &addresses))
    return NULL;
  if (napi_typeof(env, args.values[4], &keys_type) != napi_ok) return NULL;
  if (keys_type != napi_undefined && !read_bytes(&args, 4, (size_t)count * KEY_BYTES, &keys)) return NULL;
  if (!recover_batch(args.b, digests.at, signatures.at, count, addresses.at, keys.at))
    napi_throw_error(env, "KERNELS_MEMORY", "no memory for a block of signatures");
  return NULL;
}

/* verifyBatch(digests, signatures, publicKeys, count, randomness): a verdict */
static napi_value call_verify_batch(napi_env env, napi_callback_info info) {
  arguments args;
  buffer digests, signatures, keys, randomness;
  uint32_t count;
  napi_value result = NULL;
  if (!read_arguments(&args, env, info, 5) || !read_count(&args, 3, &count) ||
      !read_bytes(&args, 0, (size_t)count * HASH_BYTES, &digests) ||
      !read_bytes(&args, 1, (size_t)count * SIGNATURE_BYTES, &signatures) ||
      !read_bytes(&args, 2, (size_t)count * KEY_BYTES, &keys) ||
      !read_bytes(&args, 4, (size_t)count * RANDOM_BYTES, &randomness))
    return NULL;
  verdict v = verify_batch(args.b, digests.at, signatures.at, keys.at, count, randomness.at);
  napi_create_uint32(env, v, &result);
  return result;
}

/* The protocol's constants as the loader packs them. */
static bool read_schema(const arguments *args, size_t index, const protocol_schema **out) {
  buffer schema;
  if (!read_bytes(args, index, sizeof(protocol_schema), &schema)) return false;
  *out = (const protocol_schema *)schema.at;
  return ((uintptr_t)schema.at % _Alignof(protocol_schema) == 0 && (*out)->max_ops <= MOST_OPS) ||
         refuse(args, "the schema is not one");
}

static bool spans_lie_within(const arguments *args, const uint32_t *spans, uint32_t count, size_t bytes) {
  for (uint32_t i = 0; i < count; i++)
    if (spans[2 * i] > spans[2 * i + 1] || spans[2 * i + 1] > bytes)
      return refuse(args, "an envelope's span must lie within the data");
  return true;
}

/* digestBatch(schema, data, spans, count, tags, objectCount, domain, outDigests, outSignatures, outStatus) */
static napi_value call_digest_batch(napi_env env, napi_callback_info info) {
  arguments args;
  buffer data, spans, tags, domain, digests, signatures, status;
  const protocol_schema *schema;
  envelope_block block;
  uint32_t count;
  if (!read_arguments(&args, env, info, 10) || !read_count(&args, 3, &count) ||
      !read_count(&args, 5, &block.object_count) || !read_schema(&args, 0, &schema) ||
      !read_bytes(&args, 1, 0, &data) || !read_u32s(&args, 2, 2 * (size_t)count, &spans) ||
      !read_bytes(&args, 4, (size_t)block.object_count * HASH_BYTES, &tags) ||
      !read_bytes(&args, 6, HASH_BYTES, &domain) || !read_bytes(&args, 7, (size_t)count * HASH_BYTES, &digests) ||
      !read_bytes(&args, 8, (size_t)count * SIGNATURE_BYTES, &signatures) || !read_bytes(&args, 9, count, &status))
    return NULL;
  block.data = data.at;
  block.spans = (const uint32_t *)spans.at;
  block.count = count;
  block.tags = tags.at;
  block.domain = domain.at;
  if (!spans_lie_within(&args, block.spans, count, data.bytes)) return NULL;
  if (!digest_batch(args.b, schema, &block, digests.at, signatures.at, status.at))
    napi_throw_error(env, "KERNELS_MEMORY", "no memory for a block of envelopes");
  return NULL;
}

/* treeUpdate(levels, dirty, count) */
static napi_value call_tree_update(napi_env env, napi_callback_info info) {
  arguments args;
  tree_level levels[MOST_LEVELS];
  buffer dirty, nodes;
  uint32_t count, level_count;
  if (!read_arguments(&args, env, info, 3) || !read_count(&args, 2, &count) || !read_u32s(&args, 1, count, &dirty))
    return NULL;
  if (napi_get_array_length(env, args.values[0], &level_count) != napi_ok || level_count > MOST_LEVELS) {
    refuse(&args, "the levels must be an array of at most 32");
    return NULL;
  }
  const arguments whole = args;
  for (uint32_t l = 0; l < level_count; l++) {
    if (napi_get_element(env, whole.values[0], l, &args.values[0]) != napi_ok || !read_bytes(&args, 0, 0, &nodes))
      return NULL;
    levels[l] = (tree_level){nodes.at, nodes.bytes / HASH_BYTES};
  }
  if (!tree_update(args.b, levels, level_count, (uint32_t *)dirty.at, count))
    refuse(&args, "a dirty leaf lies outside its level, or a level does not hold whole groups");
  return NULL;
}

/* applyPlain(schema, data, spans, signers, first, count, records, heads, dirty, imageHeads, imageWords, registers) */
static napi_value call_apply_plain(napi_env env, napi_callback_info info) {
  arguments args;
  const protocol_schema *schema;
  buffer data, spans, signers, records, heads, dirty, image_heads, image_words, registers;
  uint32_t first, count;
  if (!read_arguments(&args, env, info, 12) || !read_count(&args, 4, &first) || !read_count(&args, 5, &count) ||
      !read_schema(&args, 0, &schema) || !read_bytes(&args, 1, 0, &data) ||
      !read_u32s(&args, 2, 2 * ((size_t)first + count), &spans) ||
      !read_bytes(&args, 3, ADDRESS_BYTES * ((size_t)first + count), &signers) || !read_bytes(&args, 6, 0, &records) ||
      !read_u32s(&args, 11, sizeof(plain_registers) / 4, &registers) || !read_u32s(&args, 8, 0, &dirty) ||
      !read_u32s(&args, 9, 0, &image_heads) || !read_u32s(&args, 10, 0, &image_words))
    return NULL;
  plain_registers *numbers = (plain_registers *)registers.at;
  if ((uintptr_t)numbers % _Alignof(plain_registers) != 0) {
    refuse(&args, "the registers must start at a multiple of eight bytes");
    return NULL;
  }
  if (!read_u32s(&args, 7, 2 * (size_t)numbers->object_count, &heads)) return NULL;
  const plain_run run = {data.at, (const uint32_t *)spans.at + 2 * (size_t)first,
                         signers.at + ADDRESS_BYTES * (size_t)first, count};
  if (!spans_lie_within(&args, run.spans, count, data.bytes)) return NULL;
  const plain_state state = {
      .records = records.at,
      .record_bytes = records.bytes,
      .heads = (uint32_t *)heads.at,
      .dirty = (uint32_t *)dirty.at,
      .image_heads = (uint32_t *)image_heads.at,
      .image_words = (uint32_t *)image_words.at,
      .dirty_room = dirty.bytes / 4,
      .image_room = image_heads.bytes / 16,
      .word_room = image_words.bytes / 4,
      .registers = numbers,
  };
  napi_value done;
  size_t applied = apply_plain(&state, schema, &run);
  return napi_create_uint32(env, (uint32_t)applied, &done) == napi_ok ? done : NULL;
}

static const napi_property_descriptor FUNCTIONS[] = {
    {.utf8name = "keccak256", .method = call_keccak256},
    {.utf8name = "keccakBatch", .method = call_keccak_batch},
    {.utf8name = "keccakSpans", .method = call_keccak_spans},
    {.utf8name = "recoverBatch", .method = call_recover_batch},
    {.utf8name = "verifyBatch", .method = call_verify_batch},
    {.utf8name = "digestBatch", .method = call_digest_batch},
    {.utf8name = "treeUpdate", .method = call_tree_update},
    {.utf8name = "applyPlain", .method = call_apply_plain},
};
enum { FUNCTION_COUNT = sizeof FUNCTIONS / sizeof FUNCTIONS[0] };

static void add_backend(napi_env env, napi_value exports, const backend *b) {
  napi_property_descriptor functions[FUNCTION_COUNT];
  napi_value object;
  for (int i = 0; i < FUNCTION_COUNT; i++) {
    functions[i] = FUNCTIONS[i];
    functions[i].attributes = napi_enumerable;
    functions[i].data = (void *)b;
  }
  if (napi_create_object(env, &object) != napi_ok ||
      napi_define_properties(env, object, FUNCTION_COUNT, functions) != napi_ok)
    return;
  napi_set_named_property(env, exports, b->name, object);
}

NAPI_MODULE_INIT() {
  add_backend(env, exports, &scalar_backend);
  if (vector_backend() != NULL) add_backend(env, exports, vector_backend());
  return exports;
}
