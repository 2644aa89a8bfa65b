/** Old records, in the order in which they were first touched: what undoing needs. */
import type { Arena } from "./arena.ts";
import { growU32 } from "./grow.ts";

const UNIT_WORDS = 8;

/** Images of records. An object that did not exist before has an image of no words. */
export class Journal {
  /** Images so far; the next one gets this number. */
  count = 0;

  /** Per image: object, then where its words end. */
  private heads = new Uint32Array(64);
  private words = new Uint32Array(1024);

  /** Saves `size` bytes of the record in block `unit`; 0 bytes for an object that is new. */
  save(object: number, arena: Arena, unit: number, size: number): void {
    const words = (size + 3) >>> 2;
    const start = this.startOf(this.count);
    this.words = growU32(this.words, start + words);
    this.heads = growU32(this.heads, 2 * this.count + 2);
    const from = arena.words;
    const to = this.words;
    const base = unit * UNIT_WORDS;
    for (let i = 0; i < words; i++) to[start + i] = from[base + i] as number;
    this.heads[2 * this.count] = object;
    this.heads[2 * this.count + 1] = start + words;
    this.count++;
  }

  objectOf(image: number): number {
    return this.heads[2 * image] as number;
  }

  /** Puts an image back into the block `unit` of its object. */
  restore(image: number, arena: Arena, unit: number): void {
    const start = this.startOf(image);
    const words = this.startOf(image + 1) - start;
    const base = unit * UNIT_WORDS;
    for (let i = 0; i < words; i++) arena.words[base + i] = this.words[start + i] as number;
  }

  /** Forgets the images from number `count` on. */
  truncate(count: number): void {
    this.count = count;
  }

  /** Forgets the first `count` images; the rest are renumbered from 0. */
  dropFirst(count: number): void {
    const start = this.startOf(count);
    this.words.copyWithin(0, start, this.startOf(this.count));
    for (let image = count; image < this.count; image++) {
      this.heads[2 * (image - count)] = this.heads[2 * image] as number;
      this.heads[2 * (image - count) + 1] = (this.heads[2 * image + 1] as number) - start;
    }
    this.count -= count;
  }

  private startOf(image: number): number {
    return image === 0 ? 0 : (this.heads[2 * image - 1] as number);
  }
}
