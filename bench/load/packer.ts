/** Bytes of envelopes, written in place: what `encodeEnvelope` gives, without an object an envelope. */
import { ENVELOPE_VERSION } from "@lakh/protocol";

/** Longest envelope of one op that a load sends, with its length prefix, bytes. */
export const MOST_BYTES = 160;

export class Packer {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  byte(value: number): void {
    this.bytes[this.at++] = value;
  }

  /** A prefix varint (docs/spec/encoding.md). @param value below 2^49 */
  varint(value: number): void {
    let size = 1;
    while (value >= 2 ** (7 * size)) size++;
    let rest = value;
    for (let i = size - 1; i > 0; i--) {
      this.bytes[this.at + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.bytes[this.at] = ((0xff00 >> (size - 1)) & 0xff) | rest;
    this.at += size;
  }

  /** What stands before the op of an envelope of one op. */
  head(account: number, nonce: number, fee: number): void {
    this.byte((ENVELOPE_VERSION << 4) | 1);
    this.varint(account);
    this.varint(nonce);
    this.byte(0); // validUntil: no end
    this.varint(fee);
  }

  /** Leaves room for what is filled in later. @returns where */
  skip(count: number): number {
    this.at += count;
    return this.at - count;
  }
}
