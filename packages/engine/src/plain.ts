/** Plain envelopes, executed by the kernels on the state's own memory: several times as fast, with the same effect. */
import type { EnvelopeRun, Kernels } from "@lakh/kernels";

import type { Journal } from "./journal.ts";

/** What the kernels take and give (packages/kernels/native/plain.h, `plain_registers`): 64-bit numbers, then 32-bit ones. */
const TIME = 0;
const FEES = 1;
const LEAST_FEE = 2;
const OBJECT_COUNT = 6;
const FLAGS = 7;
const DIRTY_COUNT = 8;
const IMAGE_COUNT = 9;
const WORD_COUNT = 10;
const CHUNK = 11;
const NO_WORDS = new Uint32Array(0);

/** Calls that are saved after one that did not pay. */
const PAUSE = 8;

/** The numbers of the state that plain envelopes read and change. */
export interface PlainNumbers {
  readonly nextObject: number;
  fees: bigint;
  dirtyCount: number;
}
/** The memory that they change, and the flags of an object that is touched. */
export interface PlainMemory {
  readonly records: Uint8Array;
  readonly heads: Uint32Array;
  readonly dirty: Uint32Array;
  readonly flags: number;
}

export class PlainRunner {
  private readonly wide = new BigUint64Array(6);
  private readonly registers = new Uint32Array(this.wide.buffer);
  /** A call that is ended by an envelope before this one does not pay; 0: every call does. */
  leastPaying = 2;
  /** Calls to be answered by none. */
  private pause = 0;

  /**
   * Executes envelopes of a run at `time` until one is not plain, or none where few are plain lately.
   * @param history where old records are saved, if they are
   * @param leastFee gwei; envelopes that pay less count as not plain
   * @returns how many were executed
   */
  run(
    kernels: Kernels,
    numbers: PlainNumbers,
    { records, heads, dirty, flags }: PlainMemory,
    history: Journal | undefined,
    envelopes: EnvelopeRun,
    time: bigint,
    leastFee: bigint,
  ): number {
    if (this.pause > 0) {
      this.pause--;
      return 0;
    }
    const { wide, registers } = this;
    const end = history?.end();
    wide[TIME] = time;
    wide[FEES] = numbers.fees;
    wide[LEAST_FEE] = leastFee;
    registers[OBJECT_COUNT] = numbers.nextObject;
    registers[FLAGS] = flags;
    registers[DIRTY_COUNT] = numbers.dirtyCount;
    registers[IMAGE_COUNT] = end?.images ?? 0;
    registers[WORD_COUNT] = end?.used ?? 0;
    registers[CHUNK] = end?.chunk ?? 0;
    const images = { imageHeads: end?.heads ?? NO_WORDS, imageWords: end?.words ?? NO_WORDS };
    const done = kernels.applyPlain({ records, heads, dirty, registers, ...images }, envelopes);
    if (done < this.leastPaying && done < envelopes.count) this.pause = PAUSE;
    if (done === 0) return 0;
    numbers.fees = wide[FEES] as bigint;
    numbers.dirtyCount = registers[DIRTY_COUNT] as number;
    if (end !== undefined)
      history?.extend((registers[IMAGE_COUNT] as number) - end.images, registers[WORD_COUNT] as number);
    return done;
  }
}
