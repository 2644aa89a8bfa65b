/** An entry whose signers are found before its turn: cut into blocks for the verifiers, put together again behind them. */
import { type Engine, type Signers, type TagTable, itemSpans } from "@lakh/engine";
import { ADDRESS_BYTES, DigestStatus, HASH_BYTES, type Kernels, SIGNATURE_BYTES } from "@lakh/kernels";

import { BLOCK_BYTES, BLOCK_ITEMS, type Block } from "./block.ts";

export class Ahead {
  /** Bytes that it holds, about. */
  readonly bytes: number;
  private readonly data: Uint8Array;
  private readonly spans: Uint32Array;
  /** Items that may be envelopes: the end of a batch, which is none, is left out. */
  private readonly items: number;
  private readonly addresses: Uint8Array;
  /** `DigestStatus` an item. */
  private readonly status: Uint8Array;
  /** Items of a block: as many for each as the fewest blocks allow. */
  private readonly share: number;
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
    this.share = Math.ceil(this.items / Math.ceil(this.items / BLOCK_ITEMS));
    this.bytes = data.length + this.spans.byteLength + this.addresses.length + count;
  }

  /** Whether every item is in a block. */
  get isCut(): boolean {
    return this.cut === this.items;
  }

  /** Whether every block came back. */
  get isDone(): boolean {
    return this.verified === this.items;
  }

  /** Fills a block with the next items. @returns the number of the first of them */
  fill(block: Block, { generation, count: objects }: TagTable): number {
    const { data, spans, cut: first } = this;
    const from = first === 0 ? 0 : (spans[2 * first - 1] as number);
    let end = first;
    while (end < this.items && end - first < this.share && (spans[2 * end + 1] as number) - from <= BLOCK_BYTES) end++;
    for (let k = 2 * first; k < 2 * end; k++) block.spans[k - 2 * first] = (spans[k] as number) - from;
    block.data.set(data.subarray(from, spans[2 * end - 1]));
    block.count = end - first;
    this.cut = end;
    this.generation ??= generation;
    this.isStale ||= this.generation !== generation;
    this.objects = Math.min(this.objects, objects);
    return first;
  }

  /** Takes over what the verifiers found in the block whose first item is `first`. @returns whether all signatures were good */
  take({ count, signers, status }: Block, first: number): boolean {
    this.addresses.set(signers.subarray(0, ADDRESS_BYTES * count), ADDRESS_BYTES * first);
    this.status.set(status.subarray(0, count), first);
    this.verified += count;
    for (let i = 0; i < count; i++) if (status[i] === DigestStatus.Ok && isNobody(signers, i)) return false;
    return true;
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

function isNobody(signers: Uint8Array, i: number): boolean {
  for (let b = ADDRESS_BYTES * i; b < ADDRESS_BYTES * (i + 1); b++) if (signers[b] !== 0) return false;
  return true;
}
