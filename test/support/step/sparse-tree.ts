/** A state tree of any size with few known records: what else exists has made-up hashes. For tests of the step verifier. */
import { EXIT_BASE, TREE_DEPTH, ZERO_HASH, fromHex, keccak256, toHex, uintBytes, type Hex } from "@lakh/protocol";

const EMPTY = fromHex(ZERO_HASH);
const isZero = (hash: Uint8Array): boolean => hash.every((byte) => byte === 0);

/** `records` may hold empty ones: leaves that do not exist yet, but will have to be proved. */
export class SparseTree {
  readonly records: Map<number, Uint8Array>;
  readonly nextObject: number;
  readonly nextExit: bigint;

  constructor(records: Iterable<[number, Uint8Array]>, nextObject: number, nextExit: bigint) {
    this.records = new Map(records);
    this.nextObject = nextObject;
    this.nextExit = nextExit;
  }

  root(): Hex {
    return toHex(this.node(TREE_DEPTH, 0, this.known()));
  }

  /** The same tree after some records changed or came into being. Made-up hashes stay. */
  with(changes: Iterable<[number, Uint8Array]>): SparseTree {
    return new SparseTree([...this.records, ...changes], this.nextObject, this.nextExit);
  }

  /** Siblings for a multiproof of `leaves` (ascending), in the order of docs/spec/witness.md. */
  siblings(leaves: readonly number[]): Uint8Array[] {
    const out: Uint8Array[] = [];
    const known = this.known();
    const visit = (level: number, first: number, below: readonly number[]): void => {
      const span = 4 ** (level - 1);
      for (let child = first; child < first + 4 * span; child += span) {
        const here = below.filter((leaf) => leaf >= child && leaf < child + span);
        if (here.length === 0) {
          if (!this.isEmpty(child)) out.push(this.node(level - 1, child, within(known, child, span)));
        } else if (level > 1) visit(level - 1, child, here);
      }
    };
    if (leaves.length > 0) visit(TREE_DEPTH, 0, leaves);
    return out;
  }

  private known(): number[] {
    return [...this.records.keys()].sort((a, b) => a - b);
  }

  private isEmpty(leaf: number): boolean {
    return leaf < EXIT_BASE ? leaf >= this.nextObject : leaf >= EXIT_BASE + Number(this.nextExit);
  }

  /** Hash of the node of `level` whose first leaf is `first`; `known` are the records below it. */
  private node(level: number, first: number, known: readonly number[]): Uint8Array {
    if (known.length === 0) {
      if (this.isEmpty(first)) return EMPTY;
      return keccak256(Uint8Array.of(0xff, level), uintBytes(first, 8));
    }
    if (level === 0) {
      const record = this.records.get(first) as Uint8Array;
      return record.length === 0 ? EMPTY : keccak256(record);
    }
    const span = 4 ** (level - 1);
    const children = [0, 1, 2, 3].map((i) => {
      const child = first + i * span;
      return this.node(level - 1, child, within(known, child, span));
    });
    return children.every(isZero) ? EMPTY : keccak256(...children);
  }
}

function within(leaves: readonly number[], first: number, span: number): number[] {
  return leaves.filter((leaf) => leaf >= first && leaf < first + span);
}
