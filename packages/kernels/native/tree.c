/* The tree update: level by level, eight parents at a time, children fetched ahead. */
#include <string.h>

#include "kernels.h"

enum { PREFETCH_AHEAD = 16 };

static bool is_zero(const uint8_t *group) {
  uint64_t words[NODE_GROUP_BYTES / 8], any;
  memcpy(&any, group, sizeof any);
  if (any != 0) return false; /* as good as always, and one look instead of sixteen */
  memcpy(words, group, NODE_GROUP_BYTES);
  for (size_t i = 0; i < NODE_GROUP_BYTES / 8; i++) any |= words[i];
  return any == 0;
}

/* A group does not start at a cache line: it lies in three. */
static void prefetch(const uint8_t *group, const uint8_t *parent) {
  __builtin_prefetch(group);
  __builtin_prefetch(group + 64);
  __builtin_prefetch(group + NODE_GROUP_BYTES - 1);
  __builtin_prefetch(parent, 1);
}

/* Turns ascending node indices into those of their parents, each once; returns how many. */
static size_t to_parents(uint32_t *indices, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t parent = indices[i] >> 2;
    if (kept == 0 || indices[kept - 1] != parent) indices[kept++] = parent;
  }
  return kept;
}

static void update_level(const backend *b, const uint8_t *children, uint8_t *parents, const uint32_t *indices,
                         size_t count) {
  const uint8_t *groups[LANES];
  uint8_t *out[LANES];
  size_t pending = 0;
  for (size_t i = 0; i < count; i++) {
    if (i + PREFETCH_AHEAD < count) {
      size_t ahead = indices[i + PREFETCH_AHEAD];
      prefetch(children + ahead * NODE_GROUP_BYTES, parents + ahead * HASH_BYTES);
    }
    const uint8_t *group = children + (size_t)indices[i] * NODE_GROUP_BYTES;
    uint8_t *parent = parents + (size_t)indices[i] * HASH_BYTES;
    if (is_zero(group)) {
      memset(parent, 0, HASH_BYTES);
      continue;
    }
    groups[pending] = group;
    out[pending] = parent;
    if (++pending == LANES) {
      b->hash_nodes(groups, LANES, out);
      pending = 0;
    }
  }
  b->hash_nodes(groups, pending, out);
}

bool tree_update(const backend *b, const tree_level *levels, size_t level_count, uint32_t *dirty, size_t count) {
  for (size_t l = 0; l + 1 < level_count && count > 0; l++) {
    count = to_parents(dirty, count);
    for (size_t i = 0; i < count; i++)
      if (4 * (size_t)dirty[i] + 4 > levels[l].count || dirty[i] >= levels[l + 1].count) return false;
    update_level(b, levels[l].nodes, levels[l + 1].nodes, dirty, count);
  }
  return true;
}
