/* Plain envelopes one after the other; what the next ones touch is fetched meanwhile. */
#include "constants.h"
#include "plain.h"

enum { UNIT_BYTES = 32, UNIT_WORDS = 8, FLAG_BITS = 3, CLASS_BITS = 8, DIRTY = 1, IMAGE_HEAD = 4 };
enum { CACHE_LINE = 64 };
/* How far an envelope is read ahead of its turn, for the heads of its objects, and these looked at for their records. */
enum { READ_AHEAD = 32, FETCH_AHEAD = 16, RING = 2 * READ_AHEAD };

static uint32_t unit_of(const plain_state *s, uint32_t object) { return s->heads[2 * (size_t)object] >> FLAG_BITS; }
static uint32_t size_of(const plain_state *s, uint32_t object) { return s->heads[2 * (size_t)object + 1] >> CLASS_BITS; }

uint8_t *plain_record(const plain_state *s, uint32_t object, uint8_t kind) {
  size_t at = (size_t)unit_of(s, object) * UNIT_BYTES;
  if (object == 0 || at + size_of(s, object) > s->record_bytes) return NULL;
  return s->records[at] == kind ? s->records + at : NULL;
}

/* ── Reading ahead ── */

/* Decodes an envelope and fetches the heads of its objects; false when it cannot be plain. */
static bool read_ahead(const plain_state *s, const protocol_schema *schema, const plain_run *run, size_t i,
                       envelope_view *e) {
  const uint32_t *span = run->spans + 2 * i;
  if (!envelope_decode(e, schema, run->data + span[0], span[1] - span[0]) || e->op_count != 1) return false;
  const uint32_t objects[3] = {e->account, e->ops[0].objects[0], e->ops[0].objects[1]};
  for (int k = 0; k < 3; k++) {
    if (objects[k] >= s->registers->object_count) return false;
    __builtin_prefetch(s->heads + 2 * (size_t)objects[k], 1);
  }
  return true;
}

/* Inlined always: as a function, it would have no effect that a compiler knows of. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE void fetch_record(const plain_state *s, uint32_t object) {
  const uint8_t *at = s->records + (size_t)unit_of(s, object) * UNIT_BYTES;
  uint32_t size = size_of(s, object);
  for (uint32_t from = 0; from < size; from += CACHE_LINE) __builtin_prefetch(at + from, 1);
  if (size > 0) __builtin_prefetch(at + size - 1, 1);
}

/* The asset of a transfer is not fetched: there are few, and they are always there. */
ALWAYS_INLINE void fetch_records(const plain_state *s, const envelope_view *e) {
  const op_view *op = &e->ops[0];
  fetch_record(s, e->account);
  fetch_record(s, op->objects[1] != 0 ? op->objects[1] : op->objects[0]);
}

/* ── Nonces (packages/engine/src/nonces.ts) ── */

/* Slides the window up by `by`: a number of 256 bits, the lowest for the nonce at the base. */
static void slide(uint8_t *account, uint64_t by) {
  uint8_t *bits = account + ACCOUNT_AT_NONCE_BITS;
  uint64_t words[NONCE_BITS / 64], whole = by / 64, rest = by % 64;
  enum { WORDS = NONCE_BITS / 64 };
  for (uint64_t i = 0; i < WORDS; i++) words[i] = read_u64(bits + 8 * (WORDS - 1 - i)); /* lowest first */
  for (uint64_t i = 0; i < WORDS; i++) {
    uint64_t low = i + whole < WORDS ? words[i + whole] : 0;
    uint64_t high = i + whole + 1 < WORDS ? words[i + whole + 1] : 0;
    write_u64(bits + 8 * (WORDS - 1 - i), rest == 0 ? low : low >> rest | high << (64 - rest));
  }
  write_u64(account + ACCOUNT_AT_NONCE_BASE, read_u64(account + ACCOUNT_AT_NONCE_BASE) + by);
}

static uint8_t *nonce_byte(uint8_t *account, uint64_t bit) {
  return account + ACCOUNT_AT_NONCE_BITS + NONCE_BITS / 8 - 1 - bit / 8;
}

static bool may_use(uint8_t *account, uint64_t nonce) {
  uint64_t base = read_u64(account + ACCOUNT_AT_NONCE_BASE), bit = nonce - base;
  if (nonce < base || bit >= NONCE_WINDOW) return false;
  return bit >= NONCE_BITS || (*nonce_byte(account, bit) >> bit % 8 & 1) == 0;
}

static void use(uint8_t *account, uint64_t nonce) {
  uint64_t bit = nonce - read_u64(account + ACCOUNT_AT_NONCE_BASE);
  if (bit >= NONCE_BITS) {
    slide(account, bit - (NONCE_BITS - 1));
    bit = NONCE_BITS - 1;
  }
  *nonce_byte(account, bit) |= (uint8_t)(1 << bit % 8);
}

/* ── Changing ── */

static uint32_t image_words_of(const plain_state *s, uint32_t object) { return (size_t)(size_of(s, object) + 3) / 4; }

/* Whether two objects can be touched without more memory. */
static bool has_room(const plain_state *s, uint32_t a, uint32_t b) {
  const plain_registers *r = s->registers;
  if (r->dirty_count + (size_t)2 > s->dirty_room) return false;
  return r->flags == DIRTY || (r->image_count + (size_t)2 <= s->image_room &&
                               r->word_count + (size_t)image_words_of(s, a) + image_words_of(s, b) <= s->word_room);
}

/* What `touch` of the engine's state does, before a record changes. */
static void touch(const plain_state *s, uint32_t object) {
  plain_registers *r = s->registers;
  uint32_t *head = s->heads + 2 * (size_t)object;
  uint32_t missing = r->flags & ~*head;
  if ((missing & DIRTY) != 0) s->dirty[r->dirty_count++] = object;
  if ((missing & ~DIRTY) != 0) {
    uint32_t words = image_words_of(s, object);
    uint32_t *image = s->image_heads + (size_t)IMAGE_HEAD * r->image_count++;
    memcpy(s->image_words + r->word_count, s->records + (size_t)unit_of(s, object) * UNIT_BYTES, 4 * (size_t)words);
    image[0] = object;
    image[1] = r->chunk;
    image[2] = r->word_count;
    image[3] = words;
    r->word_count += words;
  }
  *head |= r->flags;
}

static bool owner_signed(const uint8_t *account, const uint8_t *signer) {
  static const uint8_t nobody[ADDRESS_BYTES];
  return account[ACCOUNT_AT_SIGNER_KIND] == SIGNER_SECP256K1 && memcmp(signer, nobody, ADDRESS_BYTES) != 0 &&
         memcmp(signer, account + ACCOUNT_AT_OWNER, ADDRESS_BYTES) == 0;
}

/* Executes an envelope if it is plain; else changes nothing. */
static bool apply(const plain_state *s, const envelope_view *e, const uint8_t *signer) {
  plain_registers *r = s->registers;
  const uint64_t nonce = e->header[0], valid_until = e->header[1], fee = e->header[2];
  uint8_t *account = plain_record(s, e->account, RECORD_ACCOUNT);
  if (account == NULL || !owner_signed(account, signer) || !may_use(account, nonce)) return false;
  if ((valid_until != 0 && r->time > valid_until) || fee < r->least_fee || r->fees + fee < fee) return false;
  draft d;
  d.count = 0;
  uint32_t other = draft_op(s, e, account, &d);
  if (other == 0 || (fee != 0 && !draft_take(&d, plain_holding(account, ETH_ASSET), fee))) return false;
  if (!has_room(s, e->account, other)) return false;
  touch(s, e->account);
  touch(s, other);
  for (size_t i = 0; i < d.count; i++) write_u64(d.cells[i].at, d.cells[i].value);
  use(account, nonce);
  r->fees += fee;
  return true;
}

size_t apply_plain(const plain_state *s, const protocol_schema *schema, const plain_run *run) {
  envelope_view ring[RING];
  size_t until = run->count; /* the first that is known not to be plain */
  for (size_t i = 0; i < until + READ_AHEAD; i++) {
    size_t nearer = i - (READ_AHEAD - FETCH_AHEAD); /* wraps round at first, far above `until` */
    if (i < until && !read_ahead(s, schema, run, i, &ring[i % RING])) until = i;
    if (nearer < until) fetch_records(s, &ring[nearer % RING]);
    if (i < READ_AHEAD) continue;
    size_t at = i - READ_AHEAD;
    if (!apply(s, &ring[at % RING], run->signers + ADDRESS_BYTES * at)) return at;
  }
  return until;
}
