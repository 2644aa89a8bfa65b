/** Multiples of G, those of a whole block at once: the entries of the table are added two and two (pairs.ts). */
import { WINDOWS, pick } from "./comb";
import { copy } from "./field";
import * as pairs from "./pairs";
import { WORK } from "./pairs";
import { AFFINE, Y, add } from "./point";

/** Scalars whose entries fit WORK. */
const SOME: usize = 48;

/** Digits of each scalar (scalar.ts), one byte a window, and whether they count negatively; at most 512. */
export const DIGITS = memory.data(16384);
export const NEGATIVE = memory.data(512);
/** The multiples, affine, y loose. */
export const MULTIPLES = memory.data(73728);

const POINT = memory.data(144);

function pickEntry(r: usize, i: usize, window: usize): void {
  pick(r, window, load<u8>(DIGITS + i * WINDOWS + window), load<bool>(NEGATIVE + i));
}

/** The multiples of `count` scalars from `first` on; false when one cannot be had this way. */
function multiplySome(first: usize, count: usize): bool {
  for (let i: usize = 0; i < count; i++)
    for (let w: usize = 0; w < WINDOWS; w++) pickEntry(WORK + (i * WINDOWS + w) * AFFINE, first + i, w);
  for (let half = WINDOWS >> 1; half > 0; half >>= 1) {
    pairs.clear();
    for (let i: usize = 0; i < count; i++) {
      const row = WORK + i * WINDOWS * AFFINE;
      for (let k: usize = 0; k < half; k++) pairs.push(row + 2 * k * AFFINE, row + k * AFFINE);
    }
    if (!pairs.addUp()) return false;
  }
  for (let i: usize = 0; i < count; i++) {
    copy(MULTIPLES + (first + i) * AFFINE, WORK + i * WINDOWS * AFFINE);
    copy(MULTIPLES + (first + i) * AFFINE + Y, WORK + i * WINDOWS * AFFINE + Y);
  }
  return true;
}

/** MULTIPLES of the first `count` scalars; false when one cannot be had this way: then `addMultiple` can. */
export function multiplyAll(count: usize): bool {
  for (let first: usize = 0; first < count; first += SOME)
    if (!multiplySome(first, min(SOME, count - first))) return false;
  return true;
}

/** sum += multiple of scalar i, entry by entry. */
export function addMultiple(sum: usize, i: usize): void {
  for (let w: usize = 0; w < WINDOWS; w++) {
    pickEntry(POINT, i, w);
    add(sum, POINT);
  }
}
