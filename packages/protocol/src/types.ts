/** The values that travel between the rooms. Amounts are in L2 units, times in seconds, fees in gwei. */
import type { Address, Hex } from "./bytes.ts";
import type { EntryKind, VerbName } from "./generated/constants.ts";

/** The rollup between two items (docs/spec/machine.md). */
export interface Machine {
  readonly stateRoot: Hex;
  readonly nextObject: number;
  readonly nextExit: bigint;
  readonly entry: bigint;
  readonly cursor: number;
  readonly time: bigint;
  readonly fees: bigint;
}

/** Header of an Inbox entry; `a`, `b` and `hash` by kind (docs/spec/inbox.md). */
export interface EntryHeader {
  readonly kind: EntryKind;
  readonly time: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly hash: Hex;
}

/** Field elements of an entry's blobs with their proofs (EIP-4844): 32 bytes an element, 48 a proof. */
export interface ElementProofs {
  readonly elements: readonly Uint8Array[];
  readonly proofs: readonly Uint8Array[];
  /** Commitments (48 bytes) of the blobs from the first element's to the last one's. */
  readonly commitments: readonly Uint8Array[];
  /** Versioned hashes (32 bytes) of all blobs of the entry. */
  readonly hashes: readonly Uint8Array[];
}

/** One op; fields that the verb does not name are absent or zero. */
export interface Op {
  readonly verb: VerbName;
  readonly object?: number;
  readonly object2?: number;
  readonly party?: Address;
  readonly amount?: bigint;
  readonly amount2?: bigint;
  readonly amount3?: bigint;
  readonly amount4?: bigint;
}

/** What a user signs, without the signature. */
export interface Envelope {
  readonly account: number;
  readonly nonce: bigint;
  /** Last second at which it may execute; 0 = no end. */
  readonly validUntil: bigint;
  readonly fee: bigint;
  readonly ops: readonly Op[];
}

export interface SignedEnvelope extends Envelope {
  /** 64 bytes, EIP-2098. */
  readonly signature: Hex;
}

/** What a contract asks for through the L1 queue. */
export interface Call {
  readonly account: number;
  readonly ops: readonly Op[];
  readonly opsHash: Hex;
}

export interface Deposit {
  readonly token: Address;
  readonly shift: number;
  readonly asset: number;
  /** Account to credit; 0 = a new one for `owner`. */
  readonly account: number;
  readonly owner: Address;
  readonly depositor: Address;
  readonly amount: bigint;
}

export interface Listing {
  readonly token: Address;
  readonly shift: number;
}

export interface AssetRecord {
  readonly kind: "asset";
  readonly token: Address;
  readonly shift: number;
}

export interface Session {
  readonly key: Address;
  readonly expiry: bigint;
  /** Bit i allows verb i. */
  readonly mask: number;
  readonly budget: bigint;
  readonly objects: readonly number[];
}

export interface Holding {
  readonly key: number;
  readonly amount: bigint;
}

export interface AccountRecord {
  readonly kind: "account";
  readonly owner: Address;
  readonly signerKind: number;
  readonly nonceBase: bigint;
  readonly nonceBits: bigint;
  readonly session?: Session;
  readonly holdings: readonly Holding[];
}

export interface PoolRecord {
  readonly kind: "pool";
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

export interface ExitRecord {
  readonly kind: "exit";
  readonly token: Address;
  readonly shift: number;
  readonly amount: bigint;
  readonly recipient: Address;
}

export type StateRecord = AssetRecord | AccountRecord | PoolRecord | ExitRecord;

/** Tag of an object by its index, as 32 bytes. */
export type TagOf = (index: number) => Hex;
