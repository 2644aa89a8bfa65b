/** What the engine takes and gives (docs/spec/machine.md). */
import { type Address, Outcome } from "@lakh/protocol";

/** What fixes a deployment's machine, beside the rules. */
export interface EngineConfig {
  /** Chain id of L1: part of the signing domain. */
  readonly chainId: bigint;
  /** Address of the Inbox: part of the signing domain. */
  readonly inbox: Address;
  /** Owner of the accounts that may collect fees. */
  readonly feeRecipient: Address;
}

/** Data of an entry: the bytes of a batch, or the queue items of a slice in order. */
export type EntryPayload = Uint8Array | readonly Uint8Array[];

/** A point to which the state can be rolled back; only the engine that made it understands it. */
export type Mark = number & { readonly __brand: "Mark" };

/** Whether an item with this outcome changed the state; every other one leaves it as it was. */
export function takesEffect(outcome: Outcome): boolean {
  return outcome === Outcome.Ok || outcome === Outcome.DepositRerouted || outcome === Outcome.DepositReturned;
}
