// Generated from spec/constants.json by scripts/generate.ts: do not edit.

/** Longest item, bytes (without its length prefix). */
export const MAX_ITEM = 1024;

/** Most ops of one envelope. */
export const MAX_OPS = 8;

/** Longest calldata batch, bytes. */
export const MAX_BATCH = 98304;

/** Most blobs of one entry. */
export const MAX_BLOBS = 6;

/** Field elements of a blob (EIP-4844). */
export const BLOB_ELEMENTS = 4096;

/** Bytes of batch data that one field element carries. */
export const ELEMENT_BYTES = 31;

/** Longest batch in blobs, bytes: MAX_BLOBS full ones. */
export const MAX_BLOB_BATCH = 761856;

/** Order of the field whose elements blobs consist of (EIP-4844: BLS_MODULUS). */
export const BLOB_MODULUS = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

/** The 4,096th root of unity 7^((BLOB_MODULUS - 1) / BLOB_ELEMENTS), at whose powers a blob's elements stand. */
export const BLOB_ROOT = 0x564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306n;

/** Chunk of batch data that one Merkle leaf covers, bytes. */
export const CHUNK = 128;

/** Levels of the 4-ary state tree. */
export const TREE_DEPTH = 20;

/** Object indices are below this (2^28). */
export const OBJECT_LIMIT = 268435456;

/** Leaf index of exit 0 (2^39). */
export const EXIT_BASE = 549755813888;

/** Exit numbers are below this (2^39). */
export const EXIT_LIMIT = 549755813888;

/** Object index of the ETH asset. */
export const ETH_ASSET = 1;

/** One unit of ETH is 10^9 wei. */
export const ETH_SHIFT = 9;

/** Largest decimal shift of an asset. */
export const MAX_SHIFT = 36;

/** Most holdings of an account. */
export const MAX_HOLDINGS = 64;

/** Ops not signed by the owner add a key only below this count. */
export const MAX_FOREIGN_HOLDINGS = 32;

/** A nonce is below base + this. */
export const NONCE_WINDOW = 512;

/** Bits of the nonce bitmap. */
export const NONCE_BITS = 256;

/** Most objects in a session key's scope. */
export const MAX_SESSION_OBJECTS = 8;

/** Shares of a new pool that nobody holds. */
export const LOCKED_SHARES = 1000;

/** Pool fees are counted in millionths (pips). */
export const FEE_DENOMINATOR = 1000000;

/** Highest pool fee, pips. */
export const MAX_POOL_FEE = 100000;

/** Fee for each object that an envelope creates, gwei. */
export const OBJECT_FEE = 10000;

/** Most units of one asset in escrow (2^63 - 1). */
export const CAP_UNITS = 9223372036854775807n;

/** High nibble of an envelope's first byte. */
export const ENVELOPE_VERSION = 1;

/** What an Inbox entry is. */
export const EntryKind = { Calldata: 0, Blobs: 1, Queue: 2 } as const;

export type EntryKind = (typeof EntryKind)[keyof typeof EntryKind];

/** First byte of an L1 queue item. */
export const QueueKind = { Deposit: 1, Listing: 2, Forced: 3, Call: 4 } as const;

export type QueueKind = (typeof QueueKind)[keyof typeof QueueKind];

/** First byte of a record. */
export const RecordKind = { Asset: 1, Account: 2, Pool: 3, Exit: 4 } as const;

export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** High four bits of a holding key. */
export const Facet = { Balance: 0, Shares: 1 } as const;

export type Facet = (typeof Facet)[keyof typeof Facet];

/** How an account's signatures are checked. */
export const SignerKind = { Secp256k1: 0 } as const;

export type SignerKind = (typeof SignerKind)[keyof typeof SignerKind];

/** Byte offsets in a packed Asset. */
export const AssetLayout = { kind: 0, token: 1, shift: 21, size: 22 } as const;

/** Byte offsets in a packed Account. */
export const AccountLayout = {
  kind: 0,
  owner: 1,
  signerKind: 21,
  nonceBase: 22,
  nonceBits: 30,
  hasSession: 62,
  holdingCount: 63,
  tail: 64,
} as const;

/** Byte offsets in a packed Session. */
export const SessionLayout = { key: 0, expiry: 20, mask: 28, budget: 32, objectCount: 40, objects: 41 } as const;

/** Byte offsets in a packed Holding. */
export const HoldingLayout = { key: 0, amount: 4, size: 12 } as const;

/** Byte offsets in a packed Pool. */
export const PoolLayout = {
  kind: 0,
  asset0: 1,
  asset1: 5,
  fee: 9,
  tag: 12,
  reserve0: 44,
  reserve1: 52,
  totalShares: 60,
  lastTime: 68,
  cumulative0: 76,
  cumulative1: 100,
  size: 124,
} as const;

/** Byte offsets in a packed Exit. */
export const ExitLayout = { kind: 0, token: 1, shift: 21, amount: 22, recipient: 30, size: 50 } as const;

/** What an op does. */
export const Verb = {
  openAccount: 1,
  transfer: 2,
  withdraw: 3,
  createPool: 4,
  addLiquidity: 5,
  removeLiquidity: 6,
  swapExactIn0: 7,
  swapExactIn1: 8,
  swapExactOut0: 9,
  swapExactOut1: 10,
  setSessionKey: 11,
  scopeSessionKey: 12,
  clearSessionKey: 13,
  cancelNonces: 14,
  collectFees: 15,
} as const;

export type Verb = (typeof Verb)[keyof typeof Verb];

export type VerbName = keyof typeof Verb;

export type OpField = "object" | "object2" | "party" | "amount" | "amount2" | "amount3" | "amount4";

/** Bit of each op field in `VERBS[].mask`; the order of the bits is the order on the wire. */

export const FieldBit = { object: 1, object2: 2, party: 4, amount: 8, amount2: 16, amount3: 32, amount4: 64 } as const;

export interface VerbInfo {
  readonly name: VerbName;
  readonly text: string;
  readonly fields: readonly OpField[];
  readonly mask: number;
  readonly session: boolean;
}

/** Verbs by id; undefined where no verb has that id. */

export const VERBS: readonly (VerbInfo | undefined)[] = [
  undefined,
  {
    name: "openAccount",
    text: "Open an account for party, with amount of asset object",
    fields: ["object", "party", "amount"],
    mask: 13,
    session: false,
  },
  {
    name: "transfer",
    text: "Transfer amount of asset object to account object2",
    fields: ["object", "object2", "amount"],
    mask: 11,
    session: false,
  },
  {
    name: "withdraw",
    text: "Withdraw amount of asset object to party on L1",
    fields: ["object", "party", "amount"],
    mask: 13,
    session: false,
  },
  {
    name: "createPool",
    text: "Create a pool of amount of asset object and amount2 of asset object2, fee amount3 millionths, salt amount4",
    fields: ["object", "object2", "amount", "amount2", "amount3", "amount4"],
    mask: 123,
    session: false,
  },
  {
    name: "addLiquidity",
    text: "Add up to amount and amount2 to pool object for at least amount3 shares",
    fields: ["object", "amount", "amount2", "amount3"],
    mask: 57,
    session: true,
  },
  {
    name: "removeLiquidity",
    text: "Remove amount shares from pool object for at least amount2 and amount3",
    fields: ["object", "amount", "amount2", "amount3"],
    mask: 57,
    session: true,
  },
  {
    name: "swapExactIn0",
    text: "Swap in pool object: pay amount of its first asset, get at least amount2 of its second",
    fields: ["object", "amount", "amount2"],
    mask: 25,
    session: true,
  },
  {
    name: "swapExactIn1",
    text: "Swap in pool object: pay amount of its second asset, get at least amount2 of its first",
    fields: ["object", "amount", "amount2"],
    mask: 25,
    session: true,
  },
  {
    name: "swapExactOut0",
    text: "Swap in pool object: get amount of its second asset, pay at most amount2 of its first",
    fields: ["object", "amount", "amount2"],
    mask: 25,
    session: true,
  },
  {
    name: "swapExactOut1",
    text: "Swap in pool object: get amount of its first asset, pay at most amount2 of its second",
    fields: ["object", "amount", "amount2"],
    mask: 25,
    session: true,
  },
  {
    name: "setSessionKey",
    text: "Let session key party sign until time amount, verbs amount2 (bit mask), fees up to amount3",
    fields: ["party", "amount", "amount2", "amount3"],
    mask: 60,
    session: false,
  },
  {
    name: "scopeSessionKey",
    text: "Let the session key use object and object2",
    fields: ["object", "object2"],
    mask: 3,
    session: false,
  },
  { name: "clearSessionKey", text: "Clear the session key", fields: [], mask: 0, session: false },
  { name: "cancelNonces", text: "Cancel all nonces below amount", fields: ["amount"], mask: 8, session: true },
  { name: "collectFees", text: "Collect amount of the sequencer fees", fields: ["amount"], mask: 8, session: false },
];

/** Bits of the verbs that a session key may be allowed. */
export const SESSION_VERBS = 18400;

/** How an item ended. */
export const Outcome = {
  Ok: 0,
  Malformed: 1,
  NoAccount: 2,
  NoObject: 3,
  Expired: 4,
  NonceUsed: 5,
  NonceTooHigh: 6,
  BadSignature: 7,
  SessionExpired: 8,
  SessionScope: 9,
  SessionBudget: 10,
  WrongKind: 11,
  ZeroAmount: 12,
  ZeroAddress: 13,
  SelfTransfer: 14,
  InsufficientBalance: 15,
  InsufficientFee: 16,
  Overflow: 17,
  HoldingsFull: 18,
  ObjectsFull: 19,
  ExitsFull: 20,
  LimitNotMet: 21,
  InsufficientLiquidity: 22,
  BadPair: 23,
  BadPoolFee: 24,
  BadSession: 25,
  NoSession: 26,
  SessionFull: 27,
  BadNonceBase: 28,
  NotFeeRecipient: 29,
  CallerMismatch: 30,
  OpsHashMismatch: 31,
  DepositRerouted: 32,
  DepositReturned: 33,
  BatchEnd: 34,
} as const;

export type Outcome = (typeof Outcome)[keyof typeof Outcome];

export type OutcomeName = keyof typeof Outcome;

/** Names and meanings of the outcome codes, by code. */

export const OUTCOMES: readonly { readonly name: OutcomeName; readonly text: string }[] = [
  { name: "Ok", text: "The item took effect." },
  { name: "Malformed", text: "The bytes are not a canonical item." },
  { name: "NoAccount", text: "The signing account does not exist." },
  { name: "NoObject", text: "An op refers to an object that does not exist." },
  { name: "Expired", text: "The entry's time is past validUntil." },
  { name: "NonceUsed", text: "The nonce is used, cancelled or below the window." },
  { name: "NonceTooHigh", text: "The nonce is above the window." },
  { name: "BadSignature", text: "Neither the owner nor the session key signed this." },
  { name: "SessionExpired", text: "The session key has expired." },
  { name: "SessionScope", text: "The session key may not do this op or use this object." },
  { name: "SessionBudget", text: "The fee exceeds the session key's budget." },
  { name: "WrongKind", text: "An object is not of the kind that the op needs." },
  { name: "ZeroAmount", text: "An amount that must be positive is zero." },
  { name: "ZeroAddress", text: "An address that must be set is zero." },
  { name: "SelfTransfer", text: "The recipient is the signing account." },
  { name: "InsufficientBalance", text: "The account holds less than the op takes." },
  { name: "InsufficientFee", text: "The account holds less ETH than the fee." },
  { name: "Overflow", text: "A result does not fit its integer." },
  { name: "HoldingsFull", text: "The account has no room for another holding." },
  { name: "ObjectsFull", text: "No object index is left." },
  { name: "ExitsFull", text: "No exit number is left." },
  { name: "LimitNotMet", text: "The result is worse than the signed limit." },
  { name: "InsufficientLiquidity", text: "The pool cannot give that much, or would start with too little." },
  { name: "BadPair", text: "The two assets of a pool are not in ascending order." },
  { name: "BadPoolFee", text: "The pool fee is above the maximum." },
  { name: "BadSession", text: "The session key, its expiry or its mask is not allowed." },
  { name: "NoSession", text: "The account has no session key." },
  { name: "SessionFull", text: "The session key's scope is full." },
  { name: "BadNonceBase", text: "The new nonce base is not above the old one, or too far above." },
  { name: "NotFeeRecipient", text: "Only the deployment's fee recipient collects fees." },
  { name: "CallerMismatch", text: "The calling contract does not own the account." },
  { name: "OpsHashMismatch", text: "The call was made for other objects than these indices now name." },
  { name: "DepositRerouted", text: "The deposit went to a new account of the owner named in it." },
  { name: "DepositReturned", text: "The deposit became an exit back to the depositor." },
  { name: "BatchEnd", text: "No item stands here: the rest of the batch is skipped." },
];
