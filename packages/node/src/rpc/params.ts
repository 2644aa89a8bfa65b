/** Reading of parameters; whatever is not exactly as docs/RPC.md says is `InvalidParams`. */
import type { Address, Hex } from "@lakh/protocol";

import { bytesOf } from "../bytes.ts";
import { Fault } from "../faults.ts";

/** The parameters of one call. */
export class Params {
  private readonly list: readonly unknown[];

  /** @throws Fault InvalidParams when they are no array, or more than `most` */
  constructor(params: unknown, most: number) {
    if (params !== undefined && !Array.isArray(params)) throw invalid("params", "an array");
    this.list = params ?? [];
    if (this.list.length > most) throw invalid("params", `an array of at most ${most}`);
  }

  has(at: number): boolean {
    return this.list[at] !== undefined;
  }

  /** Bytes as `0x` hex. */
  bytes(at: number): Uint8Array {
    return bytesParam(this.list[at], `params[${at}]`);
  }

  hash(at: number): Hex {
    const value = this.list[at];
    if (typeof value !== "string" || !/^0x[0-9a-fA-F]{64}$/.test(value))
      throw invalid(`params[${at}]`, "32 bytes of 0x hex");
    return value.toLowerCase() as Hex;
  }

  address(at: number): Address {
    const value = this.list[at];
    if (typeof value !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(value))
      throw invalid(`params[${at}]`, "20 bytes of 0x hex");
    return value.toLowerCase() as Address;
  }

  /** An integer from 0, as a number or in decimal digits. */
  integer(at: number, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.list[at];
    const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
    if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0 || number > most)
      throw invalid(`params[${at}]`, `an integer from 0 to ${most}`);
    return number;
  }

  optionalInteger(at: number, fallback: number, most?: number): number {
    return this.list[at] === undefined ? fallback : this.integer(at, most);
  }

  /** An unsigned 64-bit integer in decimal digits, or a small number. */
  amount(at: number): bigint {
    const value = this.list[at];
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text !== "string" || !/^\d{1,20}$/.test(text) || BigInt(text) >> 64n !== 0n)
      throw invalid(`params[${at}]`, "an unsigned 64-bit integer as a decimal string");
    return BigInt(text);
  }

  /** A short text. */
  text(at: number): string {
    const value = this.list[at];
    if (typeof value !== "string" || value.length > 100)
      throw invalid(`params[${at}]`, "a text of at most 100 characters");
    return value;
  }

  word<T extends string>(at: number, words: readonly T[]): T {
    const found = words.find((word) => word === this.list[at]);
    if (found === undefined) throw invalid(`params[${at}]`, `one of ${words.join(", ")}`);
    return found;
  }

  /** A list of bytes. @throws Fault TooLarge when it is longer than `most` */
  bytesList(at: number, most: number): Uint8Array[] {
    const value = this.list[at];
    if (!Array.isArray(value)) throw invalid(`params[${at}]`, "an array of 0x hex");
    if (value.length > most)
      throw new Fault("TooLarge", `at most ${most} envelopes at once`, { given: value.length, most });
    return value.map((item, i) => bytesParam(item, `params[${at}][${i}]`));
  }
}

function bytesParam(value: unknown, where: string): Uint8Array {
  if (typeof value !== "string" || !/^0x([0-9a-fA-F]{2})*$/.test(value)) throw invalid(where, "bytes as 0x hex");
  return bytesOf(value);
}

function invalid(where: string, expects: string): Fault {
  return new Fault("InvalidParams", `${where} must be ${expects}`, { where, expects });
}
