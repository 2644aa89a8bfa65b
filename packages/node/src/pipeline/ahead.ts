/** An entry whose signers are found before its turn: cut into parts of blocks for the verifiers, put together again behind them. */
import { type Engine, type Signers, type TagTable, itemSpans } from "@lakh/engine";
import { ADDRESS_BYTES, DigestStatus, HASH_BYTES, type Kernels, SIGNATURE_BYTES } from "@lakh/kernels";

import { BLOCK_BYTES, BLOCK_ITEMS, type Block } from "./block.ts";

/** What an entry spends beside its bytes and its items', about. */
export const ENTRY_BYTES = 2048;

/** Items of an entry that lie side by side in a block. */
export interface Part {
  readonly ahead: Ahead;
  /** Number of the first of them in the entry. */
  readonly first: number;
  /** Number of the first of them in the block. */
  readonly at: number;
  readonly count: number;
}

export class Ahead {
  /** Bytes that it holds, about. */
  readonly bytes: number;
  private readonly data: Uint8Array;
  private readonly spans: Uint32Array;
  /** Items that may be envelopes: the end of a batch, which is none, is left out. */
  readonly items: number;
  private readonly addresses: Uint8Array;
  /** `DigestStatus` an item. */
  private readonly status: Uint8Array;
  private cut = 0;
  private verified = 0;
  /** Of the tags that its digests are made with; undefined while there are none. */
  private generation: number | undefined;
  private isStale = false;
  /** Least number of objects that had tags when a block of it was verified. */
  private objects = Infinity;

  constructor(data: Uint8Array) {
    this.data = data;
    this.spans = itemSpans(data, 0);
    const count = this.spans.length / 2;
    this.items = this.spans[2 * count - 2] === this.spans[2 * count - 1] ? count - 1 : count;
    this.addresses = new Uint8Array(ADDRESS_BYTES * count);
    this.status = new Uint8Array(count).fill(DigestStatus.Malformed);
    this.bytes = ENTRY_BYTES + data.length + this.spans.byteLength + this.addresses.length + count;
  }

  /** Bytes that its items take in blocks. */
  get itemBytes(): number {
    return this.items === 0 ? 0 : (this.spans[2 * this.items - 1] as number);
  }

  /** Whether every item is in a block. */
  get isCut(): boolean {
    return this.cut === this.items;
  }

  /** Whether every block came back. */
  get isDone(): boolean {
    return this.verified === this.items;
  }

  /** Puts as many of the next items into a block as there is room for; undefined when there is none. */
  fill(block: Block, { generation, count: objects }: TagTable): Part | undefined {
    const { data, spans, cut: first } = this;
    const [base, at] = [block.bytes, block.count];
    const from = first === 0 ? 0 : (spans[2 * first - 1] as number);
    const mostItems = Math.min(this.items, first + BLOCK_ITEMS - at);
    let end = first;
    while (end < mostItems && base + (spans[2 * end + 1] as number) - from <= BLOCK_BYTES) end++;
    if (end === first) return undefined;
    for (let k = 2 * first; k < 2 * end; k++) block.spans[2 * (at - first) + k] = base + (spans[k] as number) - from;
    block.data.set(data.subarray(from, spans[2 * end - 1]), base);
    block.count = at + end - first;
    this.cut = end;
    this.generation ??= generation;
    this.isStale ||= this.generation !== generation;
    this.objects = Math.min(this.objects, objects);
    return { ahead: this, first, at, count: end - first };
  }

  /** Takes over what the verifiers found out about a part of it. */
  take({ signers, status }: Block, { first, at, count }: Part): void {
    this.addresses.set(signers.subarray(ADDRESS_BYTES * at, ADDRESS_BYTES * (at + count)), ADDRESS_BYTES * first);
    this.status.set(status.subarray(at, at + count), first);
    this.verified += count;
  }

  /**
   * The signers, as far as they are known in the state of `engine`; undefined where objects were undone since: others
   * may have their indices now.
   * @param domain domain separator
   */
  signers(engine: Engine, domain: Uint8Array): Signers | undefined {
    const tags = engine.tags();
    if (this.isStale || this.generation !== tags.generation) return undefined;
    if (tags.count > this.objects) this.verifyUnknown(engine.kernels, tags, domain);
    const known = new Uint8Array(this.status.length);
    for (let i = 0; i < known.length; i++) known[i] = this.status[i] === DigestStatus.Ok ? 1 : 0;
    return { cursor: 0, known, addresses: this.addresses, spans: this.spans };
  }

  /** Looks again at the envelopes whose objects did not exist when they were verified. */
  private verifyUnknown(kernels: Kernels, { bytes: tags, count: objectCount }: TagTable, domain: Uint8Array): void {
    const unknown: number[] = [];
    for (let i = 0; i < this.items; i++) if (this.status[i] === DigestStatus.UnknownObject) unknown.push(i);
    if (unknown.length === 0) return;
    const count = unknown.length;
    const spans = new Uint32Array(2 * count);
    unknown.forEach((i, at) => spans.set(this.spans.subarray(2 * i, 2 * i + 2), 2 * at));
    const digests = new Uint8Array(HASH_BYTES * count);
    const signatures = new Uint8Array(SIGNATURE_BYTES * count);
    const status = new Uint8Array(count);
    const found = new Uint8Array(ADDRESS_BYTES * count);
    kernels.digestBatch({ data: this.data, spans, count, tags, objectCount, domain }, digests, signatures, status);
    kernels.recoverBatch(digests, signatures, count, found);
    unknown.forEach((i, at) => {
      this.status[i] = status[at] as number;
      this.addresses.set(found.subarray(ADDRESS_BYTES * at, ADDRESS_BYTES * (at + 1)), ADDRESS_BYTES * i);
    });
  }
}
