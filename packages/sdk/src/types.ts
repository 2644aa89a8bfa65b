/** What the actions take and give. Amounts are in L2 units, fees in gwei, times in seconds. */
import type { Address, Envelope, Hex, Machine, Op, OutcomeName } from "@lakh/protocol";

export interface ChainInfo {
  readonly chainId: number;
  readonly inbox: Address;
  readonly bridge: Address;
  readonly claims: Address;
  readonly stepVerifier: Address;
  readonly feeRecipient: Address;
  /** Signs receipts. */
  readonly sequencer: Address;
  readonly mode: "sequencer" | "follower";
  /** Lowest fee that the sequencer takes for an envelope, gwei. */
  readonly minFee: bigint;
  readonly version: string;
}

/** The machine at the start of `entry`, as far as one head sees. */
export interface Head {
  readonly entry: bigint;
  readonly acc: Hex;
  readonly stateRoot: Hex;
  readonly time: bigint;
}

/** unsafe: the sequencer says so; safe: in the Inbox; finalized: in the Inbox in a finalized L1 block. */
export interface Heads {
  readonly unsafe: Head;
  readonly safe: Head;
  readonly finalized: Head;
}

export interface HashedMachine extends Machine {
  readonly hash: Hex;
}

export interface AccountHolding {
  readonly key: number;
  readonly facet: number;
  readonly object: number;
  readonly amount: bigint;
}

export interface AccountSession {
  readonly key: Address;
  readonly expiry: bigint;
  /** Bit i allows verb i. */
  readonly mask: number;
  readonly budget: bigint;
  readonly objects: readonly number[];
}

export interface Account {
  readonly index: number;
  readonly owner: Address;
  readonly signerKind: number;
  readonly nonceBase: bigint;
  /** Lowest unused nonce above all used ones. */
  readonly nextNonce: bigint;
  readonly session?: AccountSession;
  readonly holdings: readonly AccountHolding[];
}

export interface Asset {
  readonly index: number;
  readonly token: Address;
  readonly shift: number;
}

export interface Pool {
  readonly index: number;
  readonly asset0: number;
  readonly asset1: number;
  /** Millionths. */
  readonly fee: number;
  readonly tag: Hex;
  readonly reserve0: bigint;
  readonly reserve1: bigint;
  readonly totalShares: bigint;
  readonly lastTime: bigint;
  readonly cumulative0: bigint;
  readonly cumulative1: bigint;
}

/** The sequencer's signed promise. */
export interface Receipt {
  readonly entry: bigint;
  /** The item's number in its entry, from 0. */
  readonly position: number;
  readonly accBefore: Hex;
  readonly itemHash: Hex;
  readonly time: bigint;
  readonly outcome: number;
  readonly sequencer: Address;
  /** 65 bytes, EIP-191. */
  readonly signature: Hex;
}

export interface EntryItem {
  readonly outcome: number;
  readonly name: OutcomeName;
  /** Null at the place where a batch ends early. */
  readonly itemHash: Hex | null;
  readonly envelope?: unknown;
}

export interface Entry {
  readonly entry: bigint;
  readonly header: {
    readonly kind: number;
    readonly time: bigint;
    readonly a: bigint;
    readonly b: bigint;
    readonly hash: Hex;
  };
  readonly accBefore: Hex;
  /** The accumulator behind the entry. */
  readonly acc: Hex;
  readonly items: readonly EntryItem[];
  readonly l1Block?: bigint;
  readonly l1Transaction?: Hex;
}

export interface Exit {
  readonly number: bigint;
  readonly token: Address;
  readonly shift: number;
  readonly amount: bigint;
  readonly recipient: Address;
  /** Entry that made it. */
  readonly entry: bigint;
}

export interface ExitProof {
  readonly machine: Machine;
  readonly siblings: readonly Hex[];
}

/** What every action that sends an envelope takes beside its own parameters. */
export interface EnvelopeOptions {
  /** Signing account; without it the signer's first one. */
  readonly account?: number;
  /** Without it the next one in order. */
  readonly nonce?: bigint;
  /** Last second at which it may execute; 0n: no end. Without it, ten minutes from now. */
  readonly validUntil?: bigint;
  /** Gwei. Without it the sequencer's least. */
  readonly fee?: bigint;
}

export interface EnvelopeRequest extends EnvelopeOptions {
  readonly ops: readonly Op[];
}

/** An envelope ready to be sent. */
export interface SignedItem {
  readonly envelope: Envelope;
  readonly bytes: Hex;
  readonly itemHash: Hex;
}
