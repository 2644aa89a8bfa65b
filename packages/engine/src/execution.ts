/** The item at hand while it executes: what every op works on. */
import type { Outcome, RecordKind } from "@lakh/protocol";
import { type ItemView } from "@lakh/protocol";

import type { Digester } from "./digester.ts";
import type { State } from "./state.ts";

export interface Execution {
  readonly state: State;
  /** The decoded envelope or call. */
  readonly item: ItemView;
  /** The item's amounts as 32-bit halves, low first: reading them makes no bigint. */
  readonly amountHalves: Uint32Array;
  readonly digester: Digester;
  /** 20 bytes: owner of the accounts that may collect fees. */
  readonly feeRecipient: Uint8Array;
  /** The signing account. */
  account: number;
  /** Signed by the account's owner (or called by it), not by its session key. */
  ownerSigned: boolean;
}

/** One op: checks, then effects. Anything but `Ok` makes the whole item void, so effects before a late check are fine. */
export type OpFunction = (execution: Execution, op: number) => Outcome;

export function objectOf({ item }: Execution, op: number): number {
  return item.objects[2 * op] as number;
}

export function object2Of({ item }: Execution, op: number): number {
  return item.objects[2 * op + 1] as number;
}

/** `amount` (0), `amount2` (1), `amount3` (2) or `amount4` (3) of an op. */
export function amountOf({ item }: Execution, op: number, which: 0 | 1 | 2 | 3): bigint {
  return item.amounts[4 * op + which] as bigint;
}

/** Upper 32 bits of `amount` of an op. */
export function amountHigh({ amountHalves }: Execution, op: number): number {
  return amountHalves[8 * op + 1] as number;
}

/** Lower 32 bits of `amount` of an op. */
export function amountLow({ amountHalves }: Execution, op: number): number {
  return amountHalves[8 * op] as number;
}

/** Where the party of an op stands in `item.parties`. */
export function partyAt(op: number): number {
  return 20 * op;
}

export function isParty({ item }: Execution, op: number): boolean {
  for (let i = 20 * op; i < 20 * op + 20; i++) if (item.parties[i] !== 0) return true;
  return false;
}

export function isKind({ state }: Execution, object: number, kind: RecordKind): boolean {
  return state.kindOf(object) === kind;
}

/** Whether 20 bytes of `a` and `b` are equal. */
export function sameAddress(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean {
  for (let i = 0; i < 20; i++) if (a[atA + i] !== b[atB + i]) return false;
  return true;
}
