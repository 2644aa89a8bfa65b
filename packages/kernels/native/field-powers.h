/*
 * The two powers of the field, written once for one lane and for many. The includer defines FIELD (an element), MUL(r, a,
 * b) and SQUARE_TIMES(r, a, times). Both exponents begin with 223 ones: p - 2 is 223 ones, 0, 22 ones, 0000101101; and
 * (p + 1) / 4 is 223 ones, 0, 22 ones, 00001100.
 */
static void power_of_ones(FIELD *x223, FIELD *x22, FIELD *x2, const FIELD *a) {
  FIELD t, x3, x11, x44, x88;
  SQUARE_TIMES(&t, a, 1);
  MUL(x2, &t, a);
  SQUARE_TIMES(&t, x2, 1);
  MUL(&x3, &t, a);
  SQUARE_TIMES(&t, &x3, 3);
  MUL(&t, &t, &x3); /* 6 ones */
  SQUARE_TIMES(&t, &t, 3);
  MUL(&t, &t, &x3); /* 9 ones */
  SQUARE_TIMES(&t, &t, 2);
  MUL(&x11, &t, x2);
  SQUARE_TIMES(&t, &x11, 11);
  MUL(x22, &t, &x11);
  SQUARE_TIMES(&t, x22, 22);
  MUL(&x44, &t, x22);
  SQUARE_TIMES(&t, &x44, 44);
  MUL(&x88, &t, &x44);
  SQUARE_TIMES(&t, &x88, 88);
  MUL(&t, &t, &x88); /* 176 ones */
  SQUARE_TIMES(&t, &t, 44);
  MUL(&t, &t, &x44); /* 220 ones */
  SQUARE_TIMES(&t, &t, 3);
  MUL(x223, &t, &x3);
}

/* a^(p - 2): the inverse; zero of zero. */
static void power_inverse(FIELD *r, const FIELD *a) {
  FIELD t, x22, x2, base = *a;
  power_of_ones(&t, &x22, &x2, &base);
  SQUARE_TIMES(&t, &t, 23);
  MUL(&t, &t, &x22);
  SQUARE_TIMES(&t, &t, 5);
  MUL(&t, &t, &base);
  SQUARE_TIMES(&t, &t, 3);
  MUL(&t, &t, &x2);
  SQUARE_TIMES(&t, &t, 2);
  MUL(r, &t, &base);
}

/* a^((p + 1) / 4): a square root, if there is one. */
static void power_root(FIELD *r, const FIELD *a) {
  FIELD t, x22, x2, base = *a;
  power_of_ones(&t, &x22, &x2, &base);
  SQUARE_TIMES(&t, &t, 23);
  MUL(&t, &t, &x22);
  SQUARE_TIMES(&t, &t, 6);
  MUL(&t, &t, &x2);
  SQUARE_TIMES(r, &t, 2);
}
