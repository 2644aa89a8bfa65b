/** Blocks of memory for packed records: one growing buffer, blocks of a few sizes, free lists inside the free blocks. */

import { EngineError } from "./errors.ts";

/** Blocks are counted in units of this many bytes. */
const UNIT = 32;
const UNIT_WORDS = UNIT / 4;
/** Units of a block, by size class. The largest record (an account with everything) has 905 bytes. */
const CLASS_UNITS = Uint8Array.of(1, 2, 3, 4, 6, 8, 12, 16, 24, 32);
/** Smallest class that holds a number of units. */
const CLASS_OF_UNITS = Uint8Array.from({ length: 33 }, (_, units) => CLASS_UNITS.findIndex((size) => size >= units));
const FIRST_UNITS = 1 << 15;
/** Places in the arena are given to the kernels as 32-bit numbers. */
const MOST_BYTES = 2 ** 32 - UNIT;

export class Arena {
  bytes = new Uint8Array(FIRST_UNITS * UNIT);
  /** Big-endian access to `bytes`. */
  view = new DataView(this.bytes.buffer);
  /** The same memory in native words, for copying whole records. */
  words = new Uint32Array(this.bytes.buffer);

  /** First unit never given out; unit 0 is left out so that 0 can mean none. */
  private top = 1;
  private readonly free = new Uint32Array(CLASS_UNITS.length);

  /** Size class for a record of `size` bytes. */
  static classOf(size: number): number {
    return CLASS_OF_UNITS[(size + UNIT - 1) >>> 5] as number;
  }

  /** Bytes that a block of a class holds. */
  static room(sizeClass: number): number {
    return (CLASS_UNITS[sizeClass] as number) * UNIT;
  }

  /** Takes a block and returns its unit; its bytes are arbitrary. */
  allocate(sizeClass: number): number {
    const unit = this.free[sizeClass] as number;
    if (unit !== 0) {
      this.free[sizeClass] = this.words[unit * UNIT_WORDS] as number;
      return unit;
    }
    const next = this.top;
    this.top += CLASS_UNITS[sizeClass] as number;
    if (this.top * UNIT > this.bytes.length) this.grow();
    return next;
  }

  release(unit: number, sizeClass: number): void {
    this.words[unit * UNIT_WORDS] = this.free[sizeClass] as number;
    this.free[sizeClass] = unit;
  }

  /** Bytes reserved for records. */
  get byteLength(): number {
    return this.bytes.length;
  }

  private grow(): void {
    const target = Math.min(Math.ceil((this.bytes.length * 1.5) / UNIT) * UNIT, MOST_BYTES);
    if (target < this.top * UNIT) throw new EngineError("ENGINE_RECORD_SPACE", "no memory for more records");
    const grown = new Uint8Array(target);
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
    this.words = new Uint32Array(grown.buffer);
  }
}
