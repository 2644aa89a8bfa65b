/** How many envelopes each account had accepted in this second of the clock, in bounded memory. */
import { randomBytes } from "node:crypto";

/** Accounts are told apart by 16 bits: 256 KiB, which stay near the processor. */
const SLOTS = 1 << 16;

/**
 * Only what was executed counts: its signature was good, and nobody can send it again to use up another's share.
 *
 * Two accounts can share a slot, and then a share: with 1,000 accounts that send as fast as they may, an account shares
 * with one of them at odds of 1 to 65. The key is secret, so nobody can choose to share with somebody.
 */
export class AccountRates {
  /** Most envelopes of an account in a second. */
  readonly perSecond: number;
  private readonly nowMilliseconds: () => number;
  private readonly key: number;
  private readonly counts = new Uint32Array(SLOTS);
  /** The largest of the counts. */
  private hottest = 0;
  private second = 0;

  /** @param key any number, a secret of this process */
  constructor(perSecond: number, nowMilliseconds: () => number, key = randomBytes(4).readUInt32LE()) {
    this.perSecond = perSecond;
    this.nowMilliseconds = nowMilliseconds;
    this.key = key | 1;
  }

  /** Looks at the clock: a new second starts from nothing. */
  begin(): void {
    const second = Math.floor(this.nowMilliseconds() / 1000);
    if (second === this.second) return;
    this.second = second;
    if (this.hottest > 0) this.counts.fill(0);
    this.hottest = 0;
  }

  /** The slot of an account by its index. */
  slotOf(account: number): number {
    return Math.imul(account, this.key) >>> 16;
  }

  /** The slot of a well-formed envelope's account; `start`: its first byte. Of other bytes, any slot. */
  slotAt(data: Uint8Array, start: number): number {
    const first = data[start + 1] as number;
    if (first < 0x80) return this.slotOf(first);
    const size = Math.clz32(~(first << 24)) + 1; // one byte more for each leading one bit
    let account = size < 5 ? first & (0xff >> size) : 0; // from five bytes on, the number is in the last four
    for (let i = Math.max(1, size - 4); i < size; i++) account = (account << 8) | (data[start + 1 + i] as number);
    return this.slotOf(account);
  }

  /** Whether an account has some of its share left. */
  admits(slot: number): boolean {
    return (this.counts[slot] as number) < this.perSecond;
  }

  count(slot: number): void {
    const count = (this.counts[slot] as number) + 1;
    this.counts[slot] = count;
    if (count > this.hottest) this.hottest = count;
  }

  /** Whether no account can come to the end of its share by `envelopes` more, whoever sends them. */
  isCalm(envelopes: number): boolean {
    return this.hottest + envelopes <= this.perSecond;
  }

  /**
   * Marks with 1 the envelopes of accounts whose share does not suffice for all that they have among these.
   * @param spans where they lie, two numbers an envelope
   */
  markHot(data: Uint8Array, spans: Uint32Array, count: number, marks: Uint8Array): void {
    const { counts, perSecond } = this;
    const slots = Array.from({ length: count }, (_, i) => this.slotAt(data, spans[2 * i] as number));
    for (const slot of slots) counts[slot] = (counts[slot] as number) + 1;
    slots.forEach((slot, i) => (marks[i] = (counts[slot] as number) > perSecond ? 1 : 0));
    for (const slot of slots) counts[slot] = (counts[slot] as number) - 1;
  }
}
