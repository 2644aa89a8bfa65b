/** Integers of 256 bits and less: in words, least first, and their ways to bytes and limbs. */

/** Four words of 64 bits of 32 big-endian bytes. */
export function readBytes(words: usize, bytes: usize): void {
  for (let i: usize = 0; i < 32; i += 8) store<u64>(words + i, bswap(load<u64>(bytes + 24 - i)));
}

export function writeBytes(bytes: usize, words: usize): void {
  for (let i: usize = 0; i < 32; i += 8) store<u64>(bytes + i, bswap(load<u64>(words + 24 - i)));
}

/** Nine limbs of 29 bits (limbs.ts) of four words. */
export function toLimbs(limbs: usize, words: usize): void {
  const w0 = load<u64>(words);
  const w1 = load<u64>(words, 8);
  const w2 = load<u64>(words, 16);
  const w3 = load<u64>(words, 24);
  store<u64>(limbs, w0 & 0x1fffffff);
  store<u64>(limbs, (w0 >> 29) & 0x1fffffff, 8);
  store<u64>(limbs, ((w0 >> 58) | (w1 << 6)) & 0x1fffffff, 16);
  store<u64>(limbs, (w1 >> 23) & 0x1fffffff, 24);
  store<u64>(limbs, ((w1 >> 52) | (w2 << 12)) & 0x1fffffff, 32);
  store<u64>(limbs, (w2 >> 17) & 0x1fffffff, 40);
  store<u64>(limbs, ((w2 >> 46) | (w3 << 18)) & 0x1fffffff, 48);
  store<u64>(limbs, (w3 >> 11) & 0x1fffffff, 56);
  store<u64>(limbs, w3 >> 40, 64);
}

/** Four words of nine limbs, none of which is negative or too large. */
export function fromLimbs(words: usize, limbs: usize): void {
  const l2 = load<u64>(limbs, 16);
  const l4 = load<u64>(limbs, 32);
  const l6 = load<u64>(limbs, 48);
  store<u64>(words, load<u64>(limbs) | (load<u64>(limbs, 8) << 29) | (l2 << 58));
  store<u64>(words, (l2 >> 6) | (load<u64>(limbs, 24) << 23) | (l4 << 52), 8);
  store<u64>(words, (l4 >> 12) | (load<u64>(limbs, 40) << 17) | (l6 << 46), 16);
  store<u64>(words, (l6 >> 18) | (load<u64>(limbs, 56) << 11) | (load<u64>(limbs, 64) << 40), 24);
}

/** Whether a > b, four words each. */
export function isAbove(a: usize, b: usize): bool {
  for (let i: usize = 32; i > 0; i -= 8) {
    const left = load<u64>(a + i - 8);
    const right = load<u64>(b + i - 8);
    if (left !== right) return left > right;
  }
  return false;
}

export function isZero(words: usize): bool {
  return (load<u64>(words) | load<u64>(words, 8) | load<u64>(words, 16) | load<u64>(words, 24)) === 0;
}

/** r = a b, in words of 32 bits: `n` of a, `m` of b, n + m of r. */
export function multiply(r: usize, a: usize, n: usize, b: usize, m: usize): void {
  memory.fill(r, 0, 4 * (n + m));
  for (let i: usize = 0; i < n; i++) {
    const factor: u64 = load<u32>(a + 4 * i);
    let sum: u64 = 0;
    for (let k: usize = 0; k < m; k++) {
      const at = r + 4 * (i + k);
      sum += factor * load<u32>(b + 4 * k) + load<u32>(at);
      store<u32>(at, sum as u32);
      sum >>= 32;
    }
    store<u32>(r + 4 * (i + m), sum as u32);
  }
}

/** r += a, or r -= a when `minus`; `n` words of 32 bits, what overflows is lost. */
export function accumulate(r: usize, a: usize, n: usize, minus: bool): void {
  let sum: i64 = 0;
  for (let i: usize = 0; i < 4 * n; i += 4) {
    const word: i64 = load<u32>(a + i);
    sum += (load<u32>(r + i) as i64) + (minus ? -word : word);
    store<u32>(r + i, sum as u32);
    sum >>= 32;
  }
}
