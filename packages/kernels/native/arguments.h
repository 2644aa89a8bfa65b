/* Arguments of calls from JavaScript, checked before anything is read or written. */
#ifndef LAKH_ARGUMENTS_H
#define LAKH_ARGUMENTS_H

#include <node_api.h>

#include "kernels.h"

enum { MOST_ARGUMENTS = 12 };

typedef struct {
  uint8_t *at;
  size_t bytes;
} buffer;

/* The arguments of one call, and the backend that its function is bound to. */
typedef struct {
  napi_env env;
  napi_value values[MOST_ARGUMENTS];
  const backend *b;
} arguments;

/* Reads exactly `count` arguments; on failure an exception is pending and false comes back, as for all below. */
bool read_arguments(arguments *args, napi_env env, napi_callback_info info, size_t count);
/* A typed array of `type`, over shared memory or not; `bytes` is its length. */
bool read_typed(const arguments *args, size_t index, napi_typedarray_type type, buffer *out);
/* A Uint8Array of at least `least` bytes. */
bool read_bytes(const arguments *args, size_t index, size_t least, buffer *out);
/* A Uint32Array of at least `least` elements. */
bool read_u32s(const arguments *args, size_t index, size_t least, buffer *out);
/* An integer from 0 to 2^32 - 1. */
bool read_count(const arguments *args, size_t index, uint32_t *out);
/* Throws a RangeError with code KERNELS_ARGUMENT; always false. */
bool refuse(const arguments *args, const char *why);

#endif
