/** One item, from bytes to outcome (docs/spec/machine.md). An item that fails leaves the state as it was. */
import type { Kernels } from "@lakh/kernels";
import {
  AccountLayout,
  ETH_ASSET,
  ItemView,
  OBJECT_FEE,
  Outcome,
  QueueKind,
  RecordKind,
  SessionLayout,
  SignerKind,
  addressBytes,
} from "@lakh/protocol";

import { Digester } from "./digester.ts";
import { type Execution, sameAddress } from "./execution.ts";
import { balanceKey, lower } from "./holdings.ts";
import { MAX_UNITS } from "./math.ts";
import { checkNonce, takeNonce } from "./nonces.ts";
import { deposit } from "./ops/deposit.ts";
import { listing } from "./ops/listing.ts";
import { OPS } from "./ops/table.ts";
import { sessionAt, spendSession } from "./sessions.ts";
import type { State } from "./state.ts";
import { type EngineConfig, takesEffect } from "./types.ts";

const OBJECT_FEE_GWEI = BigInt(OBJECT_FEE);
const ETH_KEY = balanceKey(ETH_ASSET);

export class Executor implements Execution {
  readonly state: State;
  readonly item = new ItemView();
  readonly amountHalves = new Uint32Array(this.item.amounts.buffer);
  readonly digester: Digester;
  readonly feeRecipient: Uint8Array;
  account = 0;
  ownerSigned = false;

  /** nonce, validUntil and fee of the item as 32-bit halves, low first. */
  private readonly headerHalves = new Uint32Array(this.item.header.buffer);
  /** Who signed: 20 bytes at `signerAt` of `signers`, when `signerKnown`; else recovered when needed. */
  private signers: Uint8Array = new Uint8Array(20);
  private signerAt = 0;
  private signerKnown = false;
  /** Takes what `peek` read, so that it is read. */
  protected warm = 0;
  private readonly kernels: Kernels;

  constructor(state: State, config: EngineConfig, kernels: Kernels) {
    this.state = state;
    this.kernels = kernels;
    this.digester = new Digester(config, kernels);
    this.feeRecipient = addressBytes(config.feeRecipient);
  }

  /** Tells who signed the next envelope: 20 bytes at `at` of `addresses`, all zero for an invalid signature. */
  provideSigner(addresses: Uint8Array, at: number): void {
    this.signers = addresses;
    this.signerAt = at;
    this.signerKnown = true;
  }

  /** The signer of the next envelope is to be recovered from its signature. */
  forgetSigner(): void {
    this.signerKnown = false;
  }

  /** Executes `bytes[start, end)` as an envelope. `keep` false: undo it whatever the outcome. */
  envelope(bytes: Uint8Array, start: number, end: number, keep: boolean): Outcome {
    this.state.beginItem();
    const outcome = this.runEnvelope(bytes, start, end);
    this.signerKnown = false;
    return this.end(outcome, keep);
  }

  /** Executes a queue item. `keep` false: undo it whatever the outcome. */
  queueItem(item: Uint8Array, keep: boolean): Outcome {
    this.state.beginItem();
    const outcome = this.runQueueItem(item);
    this.signerKnown = false;
    return this.end(outcome, keep);
  }

  private end(outcome: Outcome, keep: boolean): Outcome {
    if (keep && takesEffect(outcome)) this.state.commitItem();
    else this.state.rollbackItem();
    return outcome;
  }

  private runQueueItem(item: Uint8Array): Outcome {
    switch (item[0]) {
      case QueueKind.Deposit:
        return deposit(this.state, item);
      case QueueKind.Listing:
        return listing(this.state, item);
      case QueueKind.Forced:
        return this.runEnvelope(item, 1, item.length);
      case QueueKind.Call:
        return this.runCall(item);
      default:
        return Outcome.Malformed;
    }
  }

  private runEnvelope(bytes: Uint8Array, start: number, end: number): Outcome {
    const { item, state } = this;
    if (!item.decodeEnvelope(bytes, start, end)) return Outcome.Malformed;
    const found = this.findObjects();
    if (found !== Outcome.Ok) return found;
    const account = this.account;
    if (this.isExpired()) return Outcome.Expired;
    const nonceLow = this.headerHalves[0] as number;
    const nonceHigh = this.headerHalves[1] as number;
    const unused = checkNonce(state, account, nonceHigh, nonceLow);
    if (unused !== Outcome.Ok) return unused;
    const authorized = this.authorize(bytes);
    if (authorized !== Outcome.Ok) return authorized;
    takeNonce(state, account, nonceHigh, nonceLow);
    return this.runOps(item.fee);
  }

  private runCall(bytes: Uint8Array): Outcome {
    const { item, state } = this;
    const CALL_AT = 21;
    if (bytes.length < CALL_AT || !item.decodeCall(bytes, CALL_AT, bytes.length)) return Outcome.Malformed;
    const found = this.findObjects();
    if (found !== Outcome.Ok) return found;
    const owner = state.at(this.account) + AccountLayout.owner;
    if (!sameAddress(state.arena.bytes, owner, bytes, 1)) return Outcome.CallerMismatch;
    const hash = this.digester.opsHash(state, item);
    for (let i = 0; i < 32; i++) if (hash[i] !== bytes[item.tailAt + i]) return Outcome.OpsHashMismatch;
    this.ownerSigned = true;
    return this.runOps(0n);
  }

  private isExpired(): boolean {
    const { validUntil } = this.item;
    return validUntil !== 0n && this.state.time > validUntil;
  }

  /** The signing account and every object of the ops must exist. */
  private findObjects(): Outcome {
    const { item, state } = this;
    this.account = item.account;
    if (state.accessed !== undefined) this.recordObjects();
    if (state.kindOf(item.account) !== RecordKind.Account) return Outcome.NoAccount;
    let warm = state.peek(item.account);
    for (let k = 0; k < 2 * item.opCount; k++) {
      const object = item.objects[k] as number;
      if (object >= state.nextObject) return Outcome.NoObject;
      warm += state.peek(object);
    }
    this.warm = warm;
    return Outcome.Ok;
  }

  private recordObjects(): void {
    const { item, state } = this;
    if (item.account < state.nextObject) state.accessed?.add(item.account);
    if (state.kindOf(item.account) !== RecordKind.Account) return;
    for (const object of item.objects.subarray(0, 2 * item.opCount))
      if (object !== 0 && object < state.nextObject) state.accessed?.add(object);
  }

  /** Step 6: who signed, and whether they may. */
  private authorize(bytes: Uint8Array): Outcome {
    const { state, account } = this;
    const at = state.at(account);
    const records = state.arena.bytes;
    if (records[at + AccountLayout.signerKind] !== SignerKind.Secp256k1) return Outcome.BadSignature;
    if (!this.signerKnown) this.recoverSigner(bytes);
    if (this.isNobody()) return Outcome.BadSignature;
    this.ownerSigned = sameAddress(this.signers, this.signerAt, records, at + AccountLayout.owner);
    if (this.ownerSigned) return Outcome.Ok;
    const session = sessionAt(state, account);
    if (session === 0 || !sameAddress(this.signers, this.signerAt, records, session + SessionLayout.key))
      return Outcome.BadSignature;
    return spendSession(state, account, this.item);
  }

  private isNobody(): boolean {
    for (let i = 0; i < 20; i++) if (this.signers[this.signerAt + i] !== 0) return false;
    return true;
  }

  private recoverSigner(bytes: Uint8Array): void {
    const { tailAt } = this.item;
    const digest = this.digester.digest(this.state, this.item);
    const signer = new Uint8Array(20);
    this.kernels.recoverBatch(digest, bytes.subarray(tailAt, tailAt + 64), 1, signer);
    this.provideSigner(signer, 0);
  }

  /** The ops in order, then the fees. */
  private runOps(fee: bigint): Outcome {
    const { item, state } = this;
    const firstCreated = state.nextObject;
    for (let i = 0; i < item.opCount; i++) {
      const outcome = (OPS[item.verbs[i] as number] as (typeof OPS)[number])(this, i);
      if (outcome !== Outcome.Ok) return outcome;
    }
    const created = state.nextObject - firstCreated;
    const total = created === 0 ? fee : fee + OBJECT_FEE_GWEI * BigInt(created);
    if (total === 0n) return Outcome.Ok;
    if (lower(state, this.account, ETH_KEY, total) !== Outcome.Ok) return Outcome.InsufficientFee;
    if (state.fees + total > MAX_UNITS) return Outcome.Overflow;
    state.fees += total;
    return Outcome.Ok;
  }
}
