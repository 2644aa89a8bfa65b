/* Reading and checking of arguments. */
#include "arguments.h"

bool refuse(const arguments *args, const char *why) {
  napi_throw_range_error(args->env, "KERNELS_ARGUMENT", why);
  return false;
}

bool read_arguments(arguments *args, napi_env env, napi_callback_info info, size_t count) {
  size_t given = MOST_ARGUMENTS;
  void *data = NULL;
  args->env = env;
  if (napi_get_cb_info(env, info, &given, args->values, NULL, &data) != napi_ok || given != count)
    return refuse(args, "wrong number of arguments");
  args->b = data;
  return true;
}

/* Stands for the memory of an empty array, which may have none. */
static uint32_t nothing;

bool read_typed(const arguments *args, size_t index, napi_typedarray_type type, buffer *out) {
  napi_typedarray_type actual;
  size_t length;
  void *at;
  bool is_typed = false;
  napi_is_typedarray(args->env, args->values[index], &is_typed);
  if (!is_typed || napi_get_typedarray_info(args->env, args->values[index], &actual, &length, &at, NULL, NULL) != napi_ok ||
      actual != type)
    return refuse(args, "an argument is not the typed array that it must be");
  out->at = at != NULL ? at : (void *)&nothing;
  out->bytes = length * (type == napi_uint32_array ? 4 : 1);
  return true;
}

bool read_bytes(const arguments *args, size_t index, size_t least, buffer *out) {
  if (!read_typed(args, index, napi_uint8_array, out)) return false;
  return out->bytes >= least || refuse(args, "an array is too short");
}

bool read_u32s(const arguments *args, size_t index, size_t least, buffer *out) {
  if (!read_typed(args, index, napi_uint32_array, out)) return false;
  return out->bytes / 4 >= least || refuse(args, "an array is too short");
}

bool read_count(const arguments *args, size_t index, uint32_t *out) {
  double value;
  if (napi_get_value_double(args->env, args->values[index], &value) != napi_ok || !(value >= 0 && value <= 0xffffffffu) ||
      value != (double)(uint32_t)value)
    return refuse(args, "a count is not an unsigned 32-bit integer");
  *out = (uint32_t)value;
  return true;
}
