/** Values as the RPC writes them: 64-bit integers as decimal strings, bytes as hex. */
import { hexOf } from "../bytes.ts";

export function toJson(value: unknown): string {
  return JSON.stringify(plain(value));
}

/** The value in terms of JSON. Absent fields stay absent. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return hexOf(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}
