/** Envelopes, calls, queue items and batches as bytes (docs/spec/encoding.md). */
import { type Address, addressBytes, concat, fromHex, readUint, toHex, uintBytes } from "./bytes.ts";
import { ENVELOPE_VERSION, MAX_ITEM, MAX_OPS, OBJECT_LIMIT, QueueKind, VERBS, Verb } from "./generated/constants.ts";
import { ItemView } from "./item-view.ts";
import type { Call, Deposit, Envelope, Listing, Op, SignedEnvelope } from "./types.ts";
import { encodeVarint, newVarintCursor, readVarint } from "./varint.ts";

/** An envelope or call that cannot be encoded: the caller's mistake. */
export class EncodingError extends Error {
  readonly code = "LAKH_ENCODING";
  constructor(message: string) {
    super(message);
    this.name = "EncodingError";
  }
}

function objectVarint(index: number, least: number): Uint8Array {
  if (!Number.isInteger(index) || index < least || index >= OBJECT_LIMIT)
    throw new EncodingError(`object index ${index} is not between ${least} and ${OBJECT_LIMIT - 1}`);
  return encodeVarint(index);
}

export function encodeOp(op: Op): Uint8Array {
  const id = Verb[op.verb];
  const parts: Uint8Array[] = [Uint8Array.of(id)];
  for (const field of VERBS[id]?.fields ?? []) {
    if (field === "object") parts.push(objectVarint(op.object ?? 0, 1));
    else if (field === "object2") parts.push(objectVarint(op.object2 ?? 0, op.verb === "scopeSessionKey" ? 0 : 1));
    else if (field === "party") parts.push(addressBytes(op.party ?? "0x"));
    else parts.push(encodeVarint(op[field] ?? 0n));
  }
  return concat(...parts);
}

function encodeHead(account: number, ops: readonly Op[]): Uint8Array {
  if (ops.length < 1 || ops.length > MAX_OPS)
    throw new EncodingError(`an envelope has 1 to ${MAX_OPS} ops, not ${ops.length}`);
  return concat(Uint8Array.of((ENVELOPE_VERSION << 4) | ops.length), objectVarint(account, 1));
}

function checkSize(item: Uint8Array): Uint8Array {
  if (item.length > MAX_ITEM) throw new EncodingError(`the item has ${item.length} bytes, more than ${MAX_ITEM}`);
  return item;
}

/** The envelope's bytes without the signature. */
export function encodeEnvelopeBody(envelope: Envelope): Uint8Array {
  return concat(
    encodeHead(envelope.account, envelope.ops),
    encodeVarint(envelope.nonce),
    encodeVarint(envelope.validUntil),
    encodeVarint(envelope.fee),
    ...envelope.ops.map(encodeOp),
  );
}

export function encodeEnvelope(envelope: SignedEnvelope): Uint8Array {
  const signature = fromHex(envelope.signature);
  if (signature.length !== 64) throw new EncodingError(`a compact signature has 64 bytes, not ${signature.length}`);
  return checkSize(concat(encodeEnvelopeBody(envelope), signature));
}

export function encodeCall(call: Call): Uint8Array {
  return checkSize(concat(encodeHead(call.account, call.ops), ...call.ops.map(encodeOp), fromHex(call.opsHash)));
}

/** The ops of a decoded view as values. */
export function viewOps(view: ItemView): Op[] {
  return Array.from({ length: view.opCount }, (_, i) => {
    const info = VERBS[view.verbs[i] as number];
    if (info === undefined) throw new EncodingError("the view holds no decoded item");
    const op: Record<string, unknown> = { verb: info.name };
    for (const field of info.fields) {
      if (field === "object") op.object = view.objects[2 * i];
      else if (field === "object2") op.object2 = view.objects[2 * i + 1];
      else if (field === "party") op.party = toHex(view.parties.subarray(20 * i, 20 * i + 20));
      else op[field] = view.amounts[4 * i + (field === "amount" ? 0 : Number(field.slice(6)) - 1)];
    }
    return op as unknown as Op;
  });
}

/** The envelope in `item`, or undefined when it is malformed. */
export function decodeEnvelope(item: Uint8Array): SignedEnvelope | undefined {
  const view = new ItemView();
  if (!view.decodeEnvelope(item, 0, item.length)) return undefined;
  const { account, nonce, validUntil, fee } = view;
  return { account, nonce, validUntil, fee, ops: viewOps(view), signature: toHex(item.subarray(view.tailAt)) };
}

/** The call in `item` (behind kind and caller), or undefined when it is malformed. */
export function decodeCall(item: Uint8Array): Call | undefined {
  const view = new ItemView();
  if (!view.decodeCall(item, 0, item.length)) return undefined;
  return { account: view.account, ops: viewOps(view), opsHash: toHex(item.subarray(view.tailAt)) };
}

export function encodeDeposit(deposit: Deposit): Uint8Array {
  return concat(
    Uint8Array.of(QueueKind.Deposit),
    addressBytes(deposit.token),
    uintBytes(deposit.shift, 1),
    uintBytes(deposit.asset, 4),
    uintBytes(deposit.account, 4),
    addressBytes(deposit.owner),
    addressBytes(deposit.depositor),
    uintBytes(deposit.amount, 8),
  );
}

export function encodeListing(listing: Listing): Uint8Array {
  return concat(Uint8Array.of(QueueKind.Listing), addressBytes(listing.token), uintBytes(listing.shift, 1));
}

export function encodeForced(envelope: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(QueueKind.Forced), envelope);
}

export function encodeQueueCall(caller: Address, call: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(QueueKind.Call), addressBytes(caller), call);
}

export type QueueItem =
  | ({ readonly kind: "deposit" } & Deposit)
  | ({ readonly kind: "listing" } & Listing)
  | { readonly kind: "forced"; readonly envelope: Uint8Array }
  | { readonly kind: "call"; readonly caller: Address; readonly call: Uint8Array };

/** The queue item in `item`; undefined for bytes that the Inbox never composes. */
export function decodeQueueItem(item: Uint8Array): QueueItem | undefined {
  const address = (at: number): Address => toHex(item.subarray(at, at + 20));
  switch (item[0]) {
    case QueueKind.Deposit:
      if (item.length !== 78) return undefined;
      return {
        kind: "deposit",
        token: address(1),
        shift: item[21] as number,
        asset: Number(readUint(item, 22, 4)),
        account: Number(readUint(item, 26, 4)),
        owner: address(30),
        depositor: address(50),
        amount: readUint(item, 70, 8),
      };
    case QueueKind.Listing:
      if (item.length !== 22) return undefined;
      return { kind: "listing", token: address(1), shift: item[21] as number };
    case QueueKind.Forced:
      return { kind: "forced", envelope: item.subarray(1) };
    case QueueKind.Call:
      return item.length < 21 ? undefined : { kind: "call", caller: address(1), call: item.subarray(21) };
    default:
      return undefined;
  }
}

/** What stands at a cursor of a batch. `item` is undefined where the prefix is not good: the batch ends. */
export interface BatchItem {
  readonly item: Uint8Array | undefined;
  /** Cursor behind it. */
  readonly next: number;
}

const cursor = newVarintCursor();

/** Reads the item at `at` < `data.length` of a batch. */
export function readBatchItem(data: Uint8Array, at: number): BatchItem {
  const size = data.length;
  if (readVarint(data, at, size, cursor) && cursor.high === 0 && cursor.low >= 1 && cursor.low <= MAX_ITEM) {
    const next = cursor.next + cursor.low;
    if (next <= size) return { item: data.subarray(cursor.next, next), next };
  }
  return { item: undefined, next: size };
}

/** Items of a batch, each behind its length. */
export function encodeBatch(items: readonly Uint8Array[]): Uint8Array {
  return concat(...items.flatMap((item) => [encodeVarint(item.length), item]));
}
