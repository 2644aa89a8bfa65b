/** Proofs of exits as the Bridge takes them (docs/spec/bridge.md). */
import { EXIT_LIMIT, TREE_DEPTH } from "./generated/constants.ts";

const SIBLINGS = 3 * TREE_DEPTH;

/**
 * Of the 60 siblings of an exit's leaf, those that `Bridge.finalizeExit` takes: the ones not known to be empty.
 * @param siblings all 60, leaf level first, left to right
 * @param number of the exit
 * @param nextExit of the machine that the proof is against, above `number`
 * @throws RangeError when the arguments are not that
 */
export function compactExitProof<T>(siblings: readonly T[], number: bigint, nextExit: bigint): T[] {
  if (siblings.length !== SIBLINGS) throw new RangeError(`${siblings.length} siblings instead of ${SIBLINGS}`);
  if (number < 0n || number >= nextExit || nextExit > BigInt(EXIT_LIMIT)) {
    throw new RangeError(`no exit ${number} below ${nextExit}`);
  }
  return siblings.filter((_, at) => {
    const level = Math.floor(at / 3);
    const height = BigInt(2 * level);
    const [own, last] = [number >> height, (nextExit - 1n) >> height];
    const isTop = level === TREE_DEPTH - 1;
    // The root's first half is objects: something, then nothing. Exits are the second half.
    const place = isTop ? own + 2n : own & 3n;
    const sibling = BigInt(at % 3) >= place ? BigInt(at % 3) + 1n : BigInt(at % 3);
    if (isTop) return sibling === 0n || (sibling >= 2n && sibling - 2n <= last);
    return own - place + sibling <= last;
  });
}
