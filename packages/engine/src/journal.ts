/** Old records, in the order in which they were first touched: what undoing needs. */
import type { Arena } from "./arena.ts";

const UNIT_WORDS = 8;
/** Words of a chunk of images; no image crosses chunks. */
const CHUNK_WORDS = 1 << 17;
/** Images whose heads are in one chunk. */
const CHUNK_IMAGES = 1 << 13;
/** Words of a head: object, chunk of its words, where they start there, how many. */
const HEAD = 4;
/** Chunks kept for use again: what a journal shrinks by, it mostly grows by again. */
const MOST_SPARE = 64;

/** The last chunks of a journal, and how far they are full. */
export interface JournalEnd {
  readonly heads: Uint32Array;
  readonly words: Uint32Array;
  /** Number of `words`. */
  readonly chunk: number;
  /** Images whose heads are in `heads`. */
  readonly images: number;
  /** Words taken of `words`. */
  readonly used: number;
}

/**
 * Images of records, in chunks: growing copies nothing, and the oldest go chunk by chunk.
 * An object that did not exist before has an image of no words.
 */
export class Journal {
  /** Images so far, dropped ones included; the next one gets this number. */
  count = 0;

  private heads: Uint32Array[] = [];
  private words: Uint32Array[] = [];
  /** Lowest count since `takeLowest`: images from there on may be others than before. */
  private lowest = Infinity;
  /** Words taken of the last chunk of `words`. */
  private used = CHUNK_WORDS;
  /** Chunks dropped from the front of `heads` and of `words`. */
  private firstHeads = 0;
  private firstWords = 0;
  private readonly spareHeads: Uint32Array[] = [];
  private readonly spareWords: Uint32Array[] = [];

  /** Saves `size` bytes of the record in block `unit`; 0 bytes for an object that is new. */
  save(object: number, arena: Arena, unit: number, size: number): void {
    const words = (size + 3) >>> 2;
    if (this.words.length === 0 || this.used + words > CHUNK_WORDS) this.addWords();
    const to = this.words[this.words.length - 1] as Uint32Array;
    const start = this.used;
    const from = arena.words;
    const base = unit * UNIT_WORDS;
    for (let i = 0; i < words; i++) to[start + i] = from[base + i] as number;
    this.used = start + words;
    const head = (this.count % CHUNK_IMAGES) * HEAD;
    const heads = this.headsForNext();
    heads[head] = object;
    heads[head + 1] = this.firstWords + this.words.length - 1;
    heads[head + 2] = start;
    heads[head + 3] = words;
    this.count++;
  }

  /** Where the next images go: to be written by the kernels, which tell by `extend`. */
  end(): JournalEnd {
    if (this.words.length === 0) this.addWords();
    const images = this.count % CHUNK_IMAGES;
    return {
      heads: this.headsForNext(),
      words: this.words[this.words.length - 1] as Uint32Array,
      chunk: this.firstWords + this.words.length - 1,
      images,
      used: this.used,
    };
  }

  /** So many images were written behind the end, in the same chunks, up to word `used`. */
  extend(images: number, used: number): void {
    this.count += images;
    this.used = used;
  }

  objectOf(image: number): number {
    return this.headsOf(image)[(image % CHUNK_IMAGES) * HEAD] as number;
  }

  /** The bytes of an image, up to three of them beyond the record; a view, valid until the image is forgotten. */
  bytesOf(image: number): Uint8Array {
    const heads = this.headsOf(image);
    const head = (image % CHUNK_IMAGES) * HEAD;
    const { buffer } = this.words[(heads[head + 1] as number) - this.firstWords] as Uint32Array;
    return new Uint8Array(buffer, 4 * (heads[head + 2] as number), 4 * (heads[head + 3] as number));
  }

  /** Puts an image back into the block `unit` of its object. */
  restore(image: number, arena: Arena, unit: number): void {
    const heads = this.headsOf(image);
    const head = (image % CHUNK_IMAGES) * HEAD;
    const from = this.words[(heads[head + 1] as number) - this.firstWords] as Uint32Array;
    const start = heads[head + 2] as number;
    const words = heads[head + 3] as number;
    const base = unit * UNIT_WORDS;
    for (let i = 0; i < words; i++) arena.words[base + i] = from[start + i] as number;
  }

  /** Forgets the images from number `count` on. */
  truncate(count: number): void {
    if (count === this.count) return;
    this.lowest = Math.min(this.lowest, count);
    const heads = this.headsOf(count);
    const head = (count % CHUNK_IMAGES) * HEAD;
    const last = (heads[head + 1] as number) - this.firstWords;
    this.used = heads[head + 2] as number;
    while (this.words.length > last + 1) keep(this.spareWords, this.words.pop());
    this.count = count;
    const chunks = Math.floor(count / CHUNK_IMAGES) + 1 - this.firstHeads;
    while (this.heads.length > chunks) keep(this.spareHeads, this.heads.pop());
  }

  /** Forgets the images before number `count`; the others keep their numbers. */
  dropBefore(count: number): void {
    const chunk = Math.floor(count / CHUNK_IMAGES);
    for (; this.firstHeads < chunk; this.firstHeads++) keep(this.spareHeads, this.heads.shift());
    const firstWords =
      count < this.count
        ? (this.headsOf(count)[(count % CHUNK_IMAGES) * HEAD + 1] as number)
        : this.firstWords + Math.max(0, this.words.length - 1);
    for (; this.firstWords < firstWords; this.firstWords++) keep(this.spareWords, this.words.shift());
  }

  /** The lowest count to which images were forgotten since the last call; Infinity when none were. */
  takeLowest(): number {
    const { lowest } = this;
    this.lowest = Infinity;
    return lowest;
  }

  /** Bytes of memory for images kept, spare chunks left aside. */
  get byteLength(): number {
    return 4 * (this.words.length * CHUNK_WORDS + this.heads.length * CHUNK_IMAGES * HEAD);
  }

  /** The chunk in which the head of the next image goes. */
  private headsForNext(): Uint32Array {
    const chunk = Math.floor(this.count / CHUNK_IMAGES) - this.firstHeads;
    if (chunk === this.heads.length) this.heads.push(this.spareHeads.pop() ?? new Uint32Array(CHUNK_IMAGES * HEAD));
    return this.heads[chunk] as Uint32Array;
  }

  private headsOf(image: number): Uint32Array {
    return this.heads[Math.floor(image / CHUNK_IMAGES) - this.firstHeads] as Uint32Array;
  }

  private addWords(): void {
    this.words.push(this.spareWords.pop() ?? new Uint32Array(CHUNK_WORDS));
    this.used = 0;
  }
}

function keep(spare: Uint32Array[], chunk: Uint32Array | undefined): void {
  if (chunk !== undefined && spare.length < MOST_SPARE) spare.push(chunk);
}
