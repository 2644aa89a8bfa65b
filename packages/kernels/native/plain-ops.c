/* The plain ops, as packages/engine/src/ops has them; false or 0 wherever that would fail, or change a record's size. */
#include "constants.h"
#include "plain.h"

typedef unsigned __int128 wide;

/* ── Amounts ── */

uint8_t *plain_holding(uint8_t *account, uint32_t key) {
  uint8_t *at = account + ACCOUNT_AT_TAIL;
  if (account[ACCOUNT_AT_HAS_SESSION] != 0) at += SESSION_AT_OBJECTS + 4 * at[SESSION_AT_OBJECT_COUNT];
  for (unsigned left = account[ACCOUNT_AT_HOLDING_COUNT]; left > 0; left--, at += HOLDING_AT_SIZE)
    if (read_u32(at + HOLDING_AT_KEY) == key) return at + HOLDING_AT_AMOUNT;
  return NULL;
}

/* The value that an amount has by now. */
static uint64_t *cell_of(draft *d, uint8_t *at) {
  for (size_t i = 0; i < d->count; i++)
    if (d->cells[i].at == at) return &d->cells[i].value;
  d->cells[d->count].at = at;
  d->cells[d->count].value = read_u64(at);
  return &d->cells[d->count++].value;
}

bool draft_take(draft *d, uint8_t *at, uint64_t units) {
  if (at == NULL) return false;
  uint64_t *value = cell_of(d, at);
  if (*value <= units) return false;
  *value -= units;
  return true;
}

bool draft_give(draft *d, uint8_t *at, uint64_t units) {
  if (at == NULL) return false;
  uint64_t *value = cell_of(d, at);
  return !__builtin_add_overflow(*value, units, value);
}

/* ── Transfers ── */

static uint32_t transfer(const plain_state *state, const envelope_view *e, uint8_t *account, draft *d) {
  const op_view *op = &e->ops[0];
  uint32_t asset = op->objects[0], to = op->objects[1];
  uint64_t amount = op->amounts[0];
  uint8_t *recipient = plain_record(state, to, RECORD_ACCOUNT);
  if (amount == 0 || to == e->account || recipient == NULL || plain_record(state, asset, RECORD_ASSET) == NULL) return 0;
  return draft_take(d, plain_holding(account, asset), amount) && draft_give(d, plain_holding(recipient, asset), amount)
             ? to
             : 0;
}

/* ── Pools ── */

typedef struct {
  uint8_t *reserves[2];    /* where they stand */
  uint64_t reserve[2];     /* of asset 0 and 1 */
  uint8_t *held[2];        /* what the account has of them */
  uint8_t *total, *shares; /* all shares, and the account's */
  uint32_t fee;            /* millionths */
} pool_view;

/* A pool whose price was brought up to date in this second already, which nearly all are; false for any other. */
static bool read_pool(const plain_state *state, uint32_t object, uint8_t *account, pool_view *pool) {
  uint8_t *record = plain_record(state, object, RECORD_POOL);
  if (record == NULL || state->registers->time > read_u64(record + POOL_AT_LAST_TIME)) return false;
  const uint8_t *fee = record + POOL_AT_FEE;
  pool->reserves[0] = record + POOL_AT_RESERVE0;
  pool->reserves[1] = record + POOL_AT_RESERVE1;
  pool->total = record + POOL_AT_TOTAL_SHARES;
  for (int side = 0; side < 2; side++) {
    pool->reserve[side] = read_u64(pool->reserves[side]);
    pool->held[side] = plain_holding(account, read_u32(record + (side == 0 ? POOL_AT_ASSET0 : POOL_AT_ASSET1)));
  }
  pool->fee = (uint32_t)fee[0] << 16 | (uint32_t)fee[1] << 8 | fee[2];
  return pool->reserve[0] != 0 && pool->reserve[1] != 0 && pool->fee < FEE_DENOMINATOR;
}

static bool trade(const pool_view *pool, int side_in, uint64_t amount_in, uint64_t amount_out, draft *d) {
  return draft_give(d, pool->reserves[side_in], amount_in) && draft_take(d, pool->reserves[!side_in], amount_out) &&
         draft_take(d, pool->held[side_in], amount_in) && draft_give(d, pool->held[!side_in], amount_out);
}

static bool swap_exact_in(const pool_view *pool, int side_in, const op_view *op, draft *d) {
  uint64_t amount_in = op->amounts[0], least = op->amounts[1];
  wide after_fee = (wide)amount_in * (FEE_DENOMINATOR - pool->fee), product;
  if (amount_in == 0 || __builtin_mul_overflow(after_fee, (wide)pool->reserve[!side_in], &product)) return false;
  uint64_t amount_out = (uint64_t)(product / ((wide)pool->reserve[side_in] * FEE_DENOMINATOR + after_fee));
  return amount_out != 0 && amount_out >= least && trade(pool, side_in, amount_in, amount_out, d);
}

static bool swap_exact_out(const pool_view *pool, int side_in, const op_view *op, draft *d) {
  uint64_t amount_out = op->amounts[0], most = op->amounts[1], reserve_out = pool->reserve[!side_in];
  wide product;
  if (amount_out == 0 || amount_out >= reserve_out ||
      __builtin_mul_overflow((wide)pool->reserve[side_in] * amount_out, (wide)FEE_DENOMINATOR, &product))
    return false;
  wide amount_in = product / ((wide)(reserve_out - amount_out) * (FEE_DENOMINATOR - pool->fee)) + 1;
  return amount_in <= most && trade(pool, side_in, (uint64_t)amount_in, amount_out, d);
}

static wide mul_div(uint64_t a, uint64_t b, uint64_t c) { return (wide)a * b / c; }

static bool add_liquidity(const pool_view *pool, const op_view *op, draft *d) {
  uint64_t total = read_u64(pool->total), max0 = op->amounts[0], max1 = op->amounts[1];
  if (max0 == 0 || max1 == 0) return false;
  wide matching1 = mul_div(max0, pool->reserve[1], pool->reserve[0]);
  bool fits = matching1 <= max1;
  uint64_t amount0 = fits ? max0 : (uint64_t)mul_div(max1, pool->reserve[0], pool->reserve[1]); /* at most max0 */
  uint64_t amount1 = fits ? (uint64_t)matching1 : max1;
  wide shares0 = mul_div(amount0, total, pool->reserve[0]), shares1 = mul_div(amount1, total, pool->reserve[1]);
  wide shares = shares0 < shares1 ? shares0 : shares1;
  if (shares == 0 || shares < op->amounts[2] || shares > UINT64_MAX) return false;
  return draft_take(d, pool->held[0], amount0) && draft_take(d, pool->held[1], amount1) &&
         draft_give(d, pool->reserves[0], amount0) && draft_give(d, pool->reserves[1], amount1) &&
         draft_give(d, pool->total, (uint64_t)shares) && draft_give(d, pool->shares, (uint64_t)shares);
}

static bool remove_liquidity(const pool_view *pool, const op_view *op, draft *d) {
  uint64_t total = read_u64(pool->total), shares = op->amounts[0];
  if (shares == 0 || shares >= total) return false;
  uint64_t amount0 = (uint64_t)mul_div(shares, pool->reserve[0], total);
  uint64_t amount1 = (uint64_t)mul_div(shares, pool->reserve[1], total);
  if (amount0 == 0 || amount1 == 0 || amount0 < op->amounts[1] || amount1 < op->amounts[2]) return false;
  return draft_take(d, pool->shares, shares) && draft_take(d, pool->total, shares) &&
         draft_take(d, pool->reserves[0], amount0) && draft_take(d, pool->reserves[1], amount1) &&
         draft_give(d, pool->held[0], amount0) && draft_give(d, pool->held[1], amount1);
}

static bool draft_pool_op(const pool_view *pool, const op_view *op, draft *d) {
  switch (op->verb) {
    case VERB_ADD_LIQUIDITY: return add_liquidity(pool, op, d);
    case VERB_REMOVE_LIQUIDITY: return remove_liquidity(pool, op, d);
    case VERB_SWAP_EXACT_IN0: return swap_exact_in(pool, 0, op, d);
    case VERB_SWAP_EXACT_IN1: return swap_exact_in(pool, 1, op, d);
    case VERB_SWAP_EXACT_OUT0: return swap_exact_out(pool, 0, op, d);
    case VERB_SWAP_EXACT_OUT1: return swap_exact_out(pool, 1, op, d);
    default: return false;
  }
}

uint32_t draft_op(const plain_state *state, const envelope_view *e, uint8_t *account, draft *d) {
  const op_view *op = &e->ops[0];
  pool_view pool;
  if (op->verb == VERB_TRANSFER) return transfer(state, e, account, d);
  if (op->verb < VERB_ADD_LIQUIDITY || op->verb > VERB_SWAP_EXACT_OUT1) return 0;
  if (!read_pool(state, op->objects[0], account, &pool)) return 0;
  bool is_liquidity = op->verb == VERB_ADD_LIQUIDITY || op->verb == VERB_REMOVE_LIQUIDITY;
  pool.shares = is_liquidity ? plain_holding(account, FACET_SHARES * OBJECT_LIMIT + op->objects[0]) : NULL;
  return draft_pool_op(&pool, op, d) ? op->objects[0] : 0;
}
