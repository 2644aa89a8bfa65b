/** Digits of halves (split.ts): of signed numbers below 2^128 in size. */

/** Digits in non-adjacent form, one a bit: each is 0, or odd and from -15 to 15; of five in a row one at most is not 0. */
export const BITS: usize = 129;
/** Digits in base 128, from -63 to 64. */
export const WINDOWS: usize = 19;

/** The bits of a size from `bit` on, 64 of them or all. */
function bitsFrom(low: u64, high: u64, bit: usize): u64 {
  if (bit === 0) return low;
  if (bit < 64) return (low >> bit) | (high << (64 - bit));
  return bit < 128 ? high >> (bit - 64) : 0;
}

export function writeNonAdjacent(digits: usize, half: usize): void {
  const low = load<u64>(half);
  const high = load<u64>(half, 8);
  const sign: i32 = load<i64>(half, 16) < 0 ? -1 : 1;
  memory.fill(digits, 0, BITS);
  let bit: usize = 0;
  let carry: u64 = 0;
  while (bit < BITS) {
    const window = bitsFrom(low, high, bit);
    if ((window & 1) === carry) {
      bit++;
      continue;
    }
    const value = (window & 31) + carry;
    carry = value >> 4;
    store<i8>(digits + bit, (sign * ((value as i32) - ((carry as i32) << 5))) as i8);
    bit += 5;
  }
}

export function writeWindows(digits: usize, half: usize): void {
  const low = load<u64>(half);
  const high = load<u64>(half, 8);
  const sign: i32 = load<i64>(half, 16) < 0 ? -1 : 1;
  let carry: i32 = 0;
  for (let w: usize = 0; w < WINDOWS; w++) {
    const value = ((bitsFrom(low, high, 7 * w) & 127) as i32) + carry;
    carry = value > 64 ? 1 : 0;
    store<i8>(digits + w, (sign * (value - (carry << 7))) as i8);
  }
}
