/** Reading and writing of record fields: little-endian, lengths before variable parts. */
import type { Hex } from "@lakh/protocol";

import { bytesOf, hexOf } from "../bytes.ts";
import { nodeError } from "../errors.ts";

export class FieldWriter {
  private readonly parts: Uint8Array[] = [];

  byte(value: number): this {
    this.parts.push(Uint8Array.of(value));
    return this;
  }

  /** An integer below 2^64. */
  uint(value: number | bigint): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
    this.parts.push(bytes);
    return this;
  }

  /** 32 bytes. */
  hash(value: Hex): this {
    this.parts.push(bytesOf(value));
    return this;
  }

  /** Bytes behind their length. */
  blob(value: Uint8Array): this {
    this.uint(value.length).parts.push(value);
    return this;
  }

  end(): Uint8Array {
    return Buffer.concat(this.parts);
  }
}

export class FieldReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  uint(): bigint {
    const part = this.take(8);
    return new DataView(part.buffer, part.byteOffset, 8).getBigUint64(0, true);
  }

  number(): number {
    return Number(this.uint());
  }

  hash(): Hex {
    return hexOf(this.take(32));
  }

  blob(): Uint8Array {
    return this.take(this.number());
  }

  private take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.bytes.length)
      throw nodeError("StoreCorrupt", "a record ends too early", { length: this.bytes.length });
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }
}
