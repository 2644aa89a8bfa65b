/**
 * The table of the generator's multiples: entry j of window w is (2 j + 1) 256^w G, its eighteen limbs in 32 bits each. A
 * scalar's odd signed digits in base 256 pick one entry a window.
 */
import { ONE, copy, normalize } from "./field";
import { AFFINE, JACOBIAN, Y, Z, add, allToAffine, double } from "./point";

export const WINDOWS: usize = 32;
export const ENTRIES: usize = 128;
const ENTRY: usize = 72;

const GENERATOR = memory.data<i64>([
  0x16f81798, 0xf940ad8, 0x138a3656, 0x17f9b65b, 0x10b07029, 0x114ae743, 0xeb15681, 0xfdf3b97, 0x79be66, 0x1b10d4b8,
  0x23e847f, 0x1550667, 0xf68914d, 0x108a8fd1, 0x1dfe0708, 0x11957693, 0xee4d478, 0x483ada,
]);
const TABLE = memory.data(294912); // WINDOWS * ENTRIES * ENTRY
const MULTIPLES = memory.data(27648); // ENTRIES jacobians
const SCRATCH = memory.data(9216); // as many numbers
const BASE = memory.data(144);
const TWICE = memory.data(216);

function pack(entry: usize, point: usize): void {
  normalize(point, point);
  normalize(point + Y, point + Y);
  for (let i: usize = 0; i < 18; i++) store<u32>(entry + 4 * i, load<u32>(point + 8 * i));
}

/** Fills the table, once an instance. */
export function build(): void {
  memory.copy(BASE, GENERATOR, AFFINE);
  for (let w: usize = 0; w < WINDOWS; w++) {
    memory.copy(TWICE, BASE, AFFINE);
    copy(TWICE + Z, ONE);
    memory.copy(MULTIPLES, TWICE, JACOBIAN);
    double(TWICE);
    allToAffine(TWICE, SCRATCH, 1);
    for (let j: usize = 1; j < ENTRIES; j++) {
      const next = MULTIPLES + j * JACOBIAN;
      memory.copy(next, next - JACOBIAN, JACOBIAN);
      add(next, TWICE);
    }
    allToAffine(MULTIPLES, SCRATCH, ENTRIES);
    for (let j: usize = 0; j < ENTRIES; j++) pack(TABLE + (w * ENTRIES + j) * ENTRY, MULTIPLES + j * JACOBIAN);
    copy(TWICE + Z, ONE);
    for (let i = 1; i < 8; i++) double(TWICE);
    allToAffine(TWICE, SCRATCH, 1);
    memory.copy(BASE, TWICE, AFFINE);
  }
}

/** r = the entry that a digit's byte B picks in a window: 2 B - 255 times the window's base; or its negative. */
export function pick(r: usize, window: usize, digit: usize, negative: bool): void {
  const below = digit < ENTRIES;
  const entry = TABLE + (window * ENTRIES + (below ? ENTRIES - 1 - digit : digit - ENTRIES)) * ENTRY;
  const sign: i64 = below !== negative ? -1 : 1;
  for (let i: usize = 0; i < 9; i++) {
    store<i64>(r + 8 * i, load<u32>(entry + 4 * i));
    store<i64>(r + Y + 8 * i, sign * load<u32>(entry + 36 + 4 * i));
  }
}
