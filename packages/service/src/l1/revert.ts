import * as bindings from "@lakh/bindings";
import { Interface, type ErrorDescription } from "ethers";

/** A contract's custom error. */
export interface Revert {
  readonly name: string;
  /** In the order of the declaration; integers as bigint. */
  readonly args: readonly unknown[];
}

let interfaces: readonly Interface[] | undefined;

/** Decodes a revert by its selector with the ABIs of the bindings; undefined when there is no data or nobody knows it. */
export function decodeRevert(error: unknown): Revert | undefined {
  const data = revertData(error);
  if (data === undefined) return undefined;
  interfaces ??= contractInterfaces();
  for (const contract of interfaces) {
    const known = parse(contract, data);
    if (known) return { name: known.name, args: [...(known.args as Iterable<unknown>)] };
  }
  return undefined;
}

/** Whether a call failed because the contract reverted. */
export function isRevert(error: unknown): boolean {
  if (revertData(error) !== undefined) return true;
  return error instanceof Error && "code" in error && error.code === "CALL_EXCEPTION";
}

/** The bytes that the contract reverted with, wherever the provider put them. */
function revertData(error: unknown): string | undefined {
  return find(error, 5);
}

function find(value: unknown, depth: number): string | undefined {
  if (depth === 0 || value === null || typeof value !== "object") return undefined;
  const { data, info, error, cause } = value as Record<string, unknown>;
  if (typeof data === "string" && /^0x([0-9a-f]{2}){4,}$/i.test(data)) return data;
  return find(data, depth - 1) ?? find(info, depth - 1) ?? find(error, depth - 1) ?? find(cause, depth - 1);
}

function parse(contract: Interface, data: string): ErrorDescription | null {
  try {
    return contract.parseError(data);
  } catch {
    // The selector is known but the data is cut off: as good as unknown.
    return null;
  }
}

function contractInterfaces(): Interface[] {
  return Object.values(bindings)
    .map((exported: unknown) => (hasAbi(exported) ? exported.abi : []))
    .map((abi) => new Interface(abi.filter(({ type }) => type === "error")));
}

interface AbiItem {
  readonly type: string;
}

function hasAbi(exported: unknown): exported is { readonly abi: readonly AbiItem[] } {
  return typeof exported === "function" && "abi" in exported && Array.isArray(exported.abi);
}
