/** Reading fields of a JSON file that people write. */
import { getAddress } from "ethers";

import { ConfigError } from "./errors.js";

export class Fields {
  private readonly json: Record<string, unknown>;
  private readonly code: ConfigError["code"];

  constructor(json: unknown, code: ConfigError["code"]) {
    if (typeof json !== "object" || json === null || Array.isArray(json))
      throw new ConfigError(code, "file", "an object is needed");
    this.json = json as Record<string, unknown>;
    this.code = code;
  }

  /** @throws ConfigError when the file has a field that is none of `known` */
  only(known: readonly string[]): void {
    const unknown = Object.keys(this.json).find((name) => !known.includes(name));
    if (unknown !== undefined) throw this.error(unknown, "no such field");
  }

  integer(name: string, least: number, most: number): number {
    const value = this.value(name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
      throw this.error(name, `an integer from ${least} to ${most} is needed, not ${JSON.stringify(value)}`);
    return value;
  }

  /** A decimal string. */
  big(name: string, least: bigint, most: bigint): bigint {
    const value = this.value(name);
    if (typeof value !== "string" || !/^\d{1,78}$/.test(value) || BigInt(value) < least || BigInt(value) > most)
      throw this.error(name, `a decimal string from ${least} to ${most} is needed, not ${JSON.stringify(value)}`);
    return BigInt(value);
  }

  address(name: string): string {
    const value = this.value(name);
    if (typeof value !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(value) || /^0x0{40}$/.test(value))
      throw this.error(name, `an address is needed, not ${JSON.stringify(value)}`);
    try {
      return getAddress(value);
    } catch {
      throw this.error(name, "the address has a wrong checksum");
    }
  }

  /** 0x and whole bytes in hex. @param bytes how many, any number when undefined */
  hex(name: string, bytes?: number): string {
    const value = this.value(name);
    const isHex = typeof value === "string" && /^0x([0-9a-f]{2})*$/.test(value);
    if (!isHex || (bytes !== undefined && value.length !== 2 + 2 * bytes))
      throw this.error(name, `${bytes ?? "whole"} bytes in lower-case hex are needed`);
    return value;
  }

  text(name: string): string {
    const value = this.value(name);
    if (typeof value !== "string" || value === "") throw this.error(name, "a text is needed");
    return value;
  }

  /** The field as it is; of `{ value, why }` the value. */
  value(name: string): unknown {
    const value = this.json[name];
    if (value === undefined) throw this.error(name, "missing");
    const annotated = typeof value === "object" && value !== null && "value" in value && "why" in value;
    return annotated ? (value as { value: unknown }).value : value;
  }

  error(name: string, message: string): ConfigError {
    return new ConfigError(this.code, name, message);
  }
}
