/** What the steps of the story share. */
import type { Hex } from "@lakh/protocol";

import type { Front } from "../front.ts";
import type { Ledger } from "../ledger.ts";
import type { Person } from "../people.ts";
import type { Stack } from "../stack.ts";

export interface Scene {
  readonly stack: Stack;
  readonly ledger: Ledger;
  readonly alice: Person;
  readonly bob: Person;
  /** Asks the sequencer through the front that can refuse her. */
  readonly carol: Person;
  readonly front: Front;
}

/** Accounts of the three on L2. */
export interface Accounts {
  readonly alice: number;
  readonly bob: number;
  readonly carol: number;
}

export const GWEI_PER_ETH = 10n ** 9n;
export const USDC_UNIT = 10n ** 6n;

/** Gwei as `1.5 ETH`. */
export function eth(gwei: bigint): string {
  return `${Number(gwei) / 1e9} ETH`;
}

/** `0x1234…cdef`. */
export function short(hex: Hex | string): string {
  return `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}
