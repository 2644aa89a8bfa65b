import { hashWords, type Hash } from "./hash.ts";

/** A segment of a trace with the proofs that it stands there; twin of `Segment` in `contracts/interfaces/IClaims.sol`. */
export interface Segment {
  readonly start: Hash;
  readonly root: Hash;
  readonly left: Hash;
  readonly right: Hash;
  readonly leftProof: Hash[];
  readonly rightProof: Hash[];
}

/** A stretch cut into F segments: h(0) and the F machine hashes at the segments' ends, under one Merkle root. */
export interface Trace {
  /** h(0). */
  readonly start: Hash;
  /** What is sent: h(1) … h(n), up to the first that begins the equal tail. The other places hold h(n). */
  readonly elements: readonly Hash[];
  readonly root: Hash;
  /** Nodes by level, leaves first; places past a level's nodes hold its padding node. */
  readonly levels: readonly (readonly Hash[])[];
  /** Padding node of each level. */
  readonly padding: readonly Hash[];
}

/**
 * Builds a trace. Costs at most F hashes, one a pair of elements and one a level.
 * @param start h(0)
 * @param elements h(1) … h(n), 1 ≤ n ≤ F; the last one also fills the places after it
 * @param fanout F, a power of two from 2
 * @throws RangeError when the counts are out of range
 */
export function buildTrace(start: Hash, elements: readonly Hash[], fanout: number): Trace {
  const depth = depthOf(fanout);
  const end = elements.at(-1);
  if (end === undefined || elements.length > fanout) {
    throw new RangeError(`a trace has 1 to ${fanout} elements, not ${elements.length}`);
  }
  const sent = withoutTail(elements, end);
  const levels: Hash[][] = [sent];
  const padding: Hash[] = [end];
  for (let level = 0; level < depth; level++) {
    const below = levels[level] ?? [];
    const pad = padding[level] ?? end;
    const above: Hash[] = [];
    for (let i = 0; i < below.length; i += 2) above.push(hashWords(below[i] ?? pad, below[i + 1] ?? pad));
    levels.push(above);
    padding.push(hashWords(pad, pad));
  }
  return { start, elements: sent, root: levels[depth]?.[0] ?? end, levels, padding };
}

/** h(index), index 0 … F. @throws RangeError outside */
export function elementAt(trace: Trace, index: number): Hash {
  if (index === 0) return trace.start;
  checkIndex(trace, index);
  return trace.levels[0]?.[index - 1] ?? (trace.padding[0] as Hash);
}

/** Siblings of h(index), leaf level first, index 1 … F. @throws RangeError outside */
export function proveElement(trace: Trace, index: number): Hash[] {
  checkIndex(trace, index);
  return trace.padding.slice(0, -1).map((pad, level) => trace.levels[level]?.[((index - 1) >> level) ^ 1] ?? pad);
}

/** Segment j, 1 … F, with its proofs: what `answer` and `prove` take. @throws RangeError outside */
export function segmentAt(trace: Trace, j: number): Segment {
  return {
    start: trace.start,
    root: trace.root,
    left: elementAt(trace, j - 1),
    right: elementAt(trace, j),
    leftProof: j === 1 ? [] : proveElement(trace, j - 1),
    rightProof: proveElement(trace, j),
  };
}

/** The root that h(index) and its siblings lead to. */
export function climb(proof: readonly Hash[], index: number, element: Hash): Hash {
  return proof.reduce(
    (node, sibling, level) => (((index - 1) >> level) % 2 === 0 ? hashWords(node, sibling) : hashWords(sibling, node)),
    element,
  );
}

/** What the contract stores of a trace: `keccak256(abi.encode(start, root))`. */
export function openedHash(start: Hash, root: Hash): Hash {
  return hashWords(start, root);
}

/** First j in 1 … F where the two traces differ at h(j), or undefined when they are the same: the segment to attack. */
export function firstDifference(own: Trace, other: Trace): number | undefined {
  const fanout = fanoutOf(own);
  if (own.root === other.root) return undefined;
  for (let j = 1; j <= fanout; j++) if (elementAt(own, j) !== elementAt(other, j)) return j;
  return undefined;
}

function fanoutOf(trace: Trace): number {
  return 2 ** (trace.padding.length - 1);
}

function depthOf(fanout: number): number {
  const depth = Math.log2(fanout);
  if (!Number.isInteger(depth) || depth < 1 || depth > 10) throw new RangeError(`not a fanout: ${fanout}`);
  return depth;
}

function checkIndex(trace: Trace, index: number): void {
  if (!Number.isInteger(index) || index < 1 || index > fanoutOf(trace)) throw new RangeError(`no element ${index}`);
}

/** Elements after the first of the equal tail need not be sent. */
function withoutTail(elements: readonly Hash[], end: Hash): Hash[] {
  let count = elements.length;
  while (count > 1 && elements[count - 2] === end) count--;
  return elements.slice(0, count);
}
