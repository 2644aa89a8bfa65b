/** Records as packed bytes, and the tags of objects (docs/spec/records.md). */
import {
  type Address,
  type Hex,
  addressBytes,
  addressWord,
  concat,
  fromHex,
  keccak256,
  readUint,
  toHex,
  uintBytes,
  word,
} from "./bytes.ts";
import {
  AccountLayout,
  AssetLayout,
  ExitLayout,
  HoldingLayout,
  PoolLayout,
  RecordKind,
  SessionLayout,
} from "./generated/constants.ts";
import type { AccountRecord, AssetRecord, ExitRecord, PoolRecord, Session, StateRecord } from "./types.ts";

export function encodeRecord(record: StateRecord): Uint8Array {
  switch (record.kind) {
    case "asset":
      return concat(Uint8Array.of(RecordKind.Asset), addressBytes(record.token), uintBytes(record.shift, 1));
    case "account":
      return encodeAccount(record);
    case "pool":
      return concat(
        Uint8Array.of(RecordKind.Pool),
        uintBytes(record.asset0, 4),
        uintBytes(record.asset1, 4),
        uintBytes(record.fee, 3),
        fromHex(record.tag),
        uintBytes(record.reserve0, 8),
        uintBytes(record.reserve1, 8),
        uintBytes(record.totalShares, 8),
        uintBytes(record.lastTime, 8),
        uintBytes(record.cumulative0, 24),
        uintBytes(record.cumulative1, 24),
      );
    case "exit":
      return concat(
        Uint8Array.of(RecordKind.Exit),
        addressBytes(record.token),
        uintBytes(record.shift, 1),
        uintBytes(record.amount, 8),
        addressBytes(record.recipient),
      );
  }
}

function encodeAccount(account: AccountRecord): Uint8Array {
  const { session } = account;
  return concat(
    Uint8Array.of(RecordKind.Account),
    addressBytes(account.owner),
    uintBytes(account.signerKind, 1),
    uintBytes(account.nonceBase, 8),
    uintBytes(account.nonceBits, 32),
    Uint8Array.of(session ? 1 : 0, account.holdings.length),
    session ? encodeSession(session) : new Uint8Array(0),
    ...account.holdings.map((h) => concat(uintBytes(h.key, 4), uintBytes(h.amount, 8))),
  );
}

function encodeSession(session: Session): Uint8Array {
  return concat(
    addressBytes(session.key),
    uintBytes(session.expiry, 8),
    uintBytes(session.mask, 4),
    uintBytes(session.budget, 8),
    Uint8Array.of(session.objects.length),
    ...session.objects.map((object) => uintBytes(object, 4)),
  );
}

const addressAt = (bytes: Uint8Array, at: number): Address => toHex(bytes.subarray(at, at + 20));

/** The record in `bytes`, which a node or a proof made; throws a RangeError on an unknown kind. */
export function decodeRecord(bytes: Uint8Array): StateRecord {
  const uint = (at: number, width: number): bigint => readUint(bytes, at, width);
  switch (bytes[0]) {
    case RecordKind.Asset:
      return decodeAsset(bytes);
    case RecordKind.Account:
      return decodeAccount(bytes);
    case RecordKind.Pool:
      return {
        kind: "pool",
        asset0: Number(uint(PoolLayout.asset0, 4)),
        asset1: Number(uint(PoolLayout.asset1, 4)),
        fee: Number(uint(PoolLayout.fee, 3)),
        tag: toHex(bytes.subarray(PoolLayout.tag, PoolLayout.tag + 32)),
        reserve0: uint(PoolLayout.reserve0, 8),
        reserve1: uint(PoolLayout.reserve1, 8),
        totalShares: uint(PoolLayout.totalShares, 8),
        lastTime: uint(PoolLayout.lastTime, 8),
        cumulative0: uint(PoolLayout.cumulative0, 24),
        cumulative1: uint(PoolLayout.cumulative1, 24),
      } satisfies PoolRecord;
    case RecordKind.Exit:
      return {
        kind: "exit",
        token: addressAt(bytes, ExitLayout.token),
        shift: bytes[ExitLayout.shift] ?? 0,
        amount: uint(ExitLayout.amount, 8),
        recipient: addressAt(bytes, ExitLayout.recipient),
      } satisfies ExitRecord;
    default:
      throw new RangeError(`no record kind ${bytes[0]}`);
  }
}

function decodeAsset(bytes: Uint8Array): AssetRecord {
  return { kind: "asset", token: addressAt(bytes, AssetLayout.token), shift: bytes[AssetLayout.shift] ?? 0 };
}

function decodeAccount(bytes: Uint8Array): AccountRecord {
  const hasSession = bytes[AccountLayout.hasSession] === 1;
  let at: number = AccountLayout.tail;
  let session: Session | undefined;
  if (hasSession) {
    const start = at;
    const count = bytes[start + SessionLayout.objectCount] ?? 0;
    at = start + SessionLayout.objects + 4 * count;
    session = {
      key: addressAt(bytes, start + SessionLayout.key),
      expiry: readUint(bytes, start + SessionLayout.expiry, 8),
      mask: Number(readUint(bytes, start + SessionLayout.mask, 4)),
      budget: readUint(bytes, start + SessionLayout.budget, 8),
      objects: Array.from({ length: count }, (_, i) =>
        Number(readUint(bytes, start + SessionLayout.objects + 4 * i, 4)),
      ),
    };
  }
  const holdings = Array.from({ length: bytes[AccountLayout.holdingCount] ?? 0 }, (_, i) => ({
    key: Number(readUint(bytes, at + i * HoldingLayout.size, 4)),
    amount: readUint(bytes, at + i * HoldingLayout.size + HoldingLayout.amount, 8),
  }));
  return {
    kind: "account",
    owner: addressAt(bytes, AccountLayout.owner),
    signerKind: bytes[AccountLayout.signerKind] ?? 0,
    nonceBase: readUint(bytes, AccountLayout.nonceBase, 8),
    nonceBits: readUint(bytes, AccountLayout.nonceBits, 32),
    ...(session ? { session } : {}),
    holdings,
  };
}

/** Tag of an asset: token and shift. */
export function assetTag(token: Address, shift: number): Hex {
  return toHex(word((BigInt(token) << 8n) | BigInt(shift)));
}

/** Tag of an account: its owner. */
export function accountTag(owner: Address): Hex {
  return toHex(addressWord(owner));
}

/** Tag of a pool, fixed when it is created. */
export function poolTag(tag0: Hex, tag1: Hex, fee: number, creator: Address, salt: bigint): Hex {
  return toHex(
    keccak256(word(RecordKind.Pool), fromHex(tag0), fromHex(tag1), word(fee), addressWord(creator), word(salt)),
  );
}

/** Tag of any object. */
export function recordTag(record: StateRecord): Hex {
  switch (record.kind) {
    case "asset":
      return assetTag(record.token, record.shift);
    case "account":
      return accountTag(record.owner);
    case "pool":
      return record.tag;
    case "exit":
      throw new RangeError("an exit has no tag");
  }
}

/** Holding key of a facet of an object. */
export function holdingKey(facet: number, object: number): number {
  return facet * 2 ** 28 + object;
}
