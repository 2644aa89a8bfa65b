/*
 * Keccak-f[1600] (FIPS 202, section 3.3), written once for one lane and for eight. The includer defines WORD, XOR(a, b),
 * XOR5(a, b, c, d, e), ROTATE(a, bits), CHI(a, b, c) = a ^ (~b & c), and CONSTANT(c).
 */
static const uint64_t ROUND_CONSTANTS[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/* One row of the new state: theta's xor, rho's rotation and pi's order are in the arguments. */
#define ROW(to, b0, b1, b2, b3, b4)                                                                                    \
  {                                                                                                                    \
    const WORD p = b0, q = b1, r = b2, s = b3, t = b4;                                                                 \
    e[to] = CHI(p, q, r), e[to + 1] = CHI(q, r, s), e[to + 2] = CHI(r, s, t);                                          \
    e[to + 3] = CHI(s, t, p), e[to + 4] = CHI(t, p, q);                                                                \
  }
/* Lane `i` of the old state (column i % 5), rotated. */
#define LANE(i, bits) ROTATE(XOR(a[i], d[(i) % 5]), bits)

static inline __attribute__((always_inline)) void keccak_round(const WORD a[25], WORD e[25], uint64_t constant) {
  WORD c[5], d[5];
  for (int x = 0; x < 5; x++) c[x] = XOR5(a[x], a[x + 5], a[x + 10], a[x + 15], a[x + 20]);
  for (int x = 0; x < 5; x++) d[x] = XOR(c[(x + 4) % 5], ROTATE(c[(x + 1) % 5], 1));
  ROW(0, XOR(a[0], d[0]), LANE(6, 44), LANE(12, 43), LANE(18, 21), LANE(24, 14))
  ROW(5, LANE(3, 28), LANE(9, 20), LANE(10, 3), LANE(16, 45), LANE(22, 61))
  ROW(10, LANE(1, 1), LANE(7, 6), LANE(13, 25), LANE(19, 8), LANE(20, 18))
  ROW(15, LANE(4, 27), LANE(5, 36), LANE(11, 10), LANE(17, 15), LANE(23, 56))
  ROW(20, LANE(2, 62), LANE(8, 55), LANE(14, 39), LANE(15, 41), LANE(21, 2))
  e[0] = XOR(e[0], CONSTANT(constant));
}

static inline __attribute__((always_inline)) void keccak_permute(WORD a[25]) {
  WORD e[25];
  for (int round = 0; round < 24; round += 2) {
    keccak_round(a, e, ROUND_CONSTANTS[round]);
    keccak_round(e, a, ROUND_CONSTANTS[round + 1]);
  }
}
