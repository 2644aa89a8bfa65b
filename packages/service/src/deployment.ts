import { readFileSync } from "node:fs";

import { isAddress, getAddress } from "ethers";

import { fatal } from "./errors.ts";

/** Where a deployment's contracts are. */
export interface Deployment {
  /** Chain id of L1. */
  readonly chainId: number;
  /** L1 block that the first contract is in or after: events are read from here. */
  readonly block: number;
  readonly inbox: string;
  readonly bridge: string;
  readonly claims: string;
  readonly stepVerifier: string;
}

/** Reads a deployment's JSON file; further fields are allowed. @throws CodedError fatal `BadDeployment` */
export function readDeployment(file: string): Deployment {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw fatal("BadDeployment", `cannot read ${file} as JSON: ${String(error)}`, { file }, error);
  }
  const fields = (content ?? {}) as Readonly<Record<string, unknown>>;
  const number = (name: string): number => {
    const value = fields[name];
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw fatal("BadDeployment", `${file}: ${name} must be an integer`, { file, field: name, expects: "an integer" });
  };
  const address = (name: string): string => {
    const value = fields[name];
    if (typeof value === "string" && value.startsWith("0x") && isAddress(value)) return getAddress(value);
    throw fatal("BadDeployment", `${file}: ${name} must be an address`, { file, field: name, expects: "an address" });
  };
  return {
    chainId: number("chainId"),
    block: number("block"),
    inbox: address("inbox"),
    bridge: address("bridge"),
    claims: address("claims"),
    stepVerifier: address("stepVerifier"),
  };
}
