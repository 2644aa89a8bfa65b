/** EIP-712 digests from decoded items and the tags in the state, without allocation an envelope (docs/spec/digest.md). */
import type { Kernels } from "@lakh/kernels";
import {
  AccountLayout,
  AssetLayout,
  ENVELOPE_TYPE_HASH,
  type ItemView,
  OP_TYPE_HASH,
  PoolLayout,
  RecordKind,
  VERB_HASHES,
  domainSeparator,
} from "@lakh/protocol";

import type { State } from "./state.ts";
import type { EngineConfig } from "./types.ts";

const WORD = 32;
const OP_WORDS = 11;
const ENVELOPE_WORDS = 7;

export class Digester {
  /** Domain separator, 32 bytes. */
  readonly domain: Uint8Array;
  private readonly kernels: Kernels;
  private readonly opWords = new Uint8Array(OP_WORDS * WORD);
  private readonly opView = new DataView(this.opWords.buffer);
  private readonly opHashes = new Uint8Array(8 * WORD);
  private readonly envelopeWords = new Uint8Array(ENVELOPE_WORDS * WORD);
  private readonly envelopeView = new DataView(this.envelopeWords.buffer);
  private readonly final = new Uint8Array(2 + 2 * WORD);
  private readonly tagWords = new Uint8Array(6 * WORD);

  constructor(config: EngineConfig, kernels: Kernels) {
    this.kernels = kernels;
    this.opWords.set(OP_TYPE_HASH, 0);
    this.envelopeWords.set(ENVELOPE_TYPE_HASH, 0);
    this.final.set([0x19, 0x01]);
    this.domain = domainSeparator({ chainId: config.chainId, inbox: config.inbox });
    this.final.set(this.domain, 2);
  }

  /** Hash of the op list of a call or envelope whose objects all exist: 32 bytes. */
  opsHash(state: State, item: ItemView): Uint8Array {
    for (let i = 0; i < item.opCount; i++) this.opHashes.set(this.opHash(state, item, i), i * WORD);
    return this.kernels.keccak256(this.opHashes.subarray(0, item.opCount * WORD));
  }

  /** What the signer of an envelope signed; its account and all its objects exist: 32 bytes. */
  digest(state: State, item: ItemView): Uint8Array {
    const view = this.envelopeView;
    view.setUint32(2 * WORD - 4, item.account);
    this.writeTag(state, item.account, this.envelopeWords, 2 * WORD);
    view.setBigUint64(4 * WORD - 8, item.nonce);
    view.setBigUint64(5 * WORD - 8, item.validUntil);
    view.setBigUint64(6 * WORD - 8, item.fee);
    this.envelopeWords.set(this.opsHash(state, item), 6 * WORD);
    this.final.set(this.kernels.keccak256(this.envelopeWords), 2 + WORD);
    return this.kernels.keccak256(this.final);
  }

  /** Tag of a new pool (docs/spec/records.md): 32 bytes. `creator` is where its maker's owner stands in the arena. */
  poolTag(state: State, asset0: number, asset1: number, fee: number, creator: number, salt: bigint): Uint8Array {
    const words = this.tagWords.fill(0);
    const view = new DataView(words.buffer);
    words[WORD - 1] = RecordKind.Pool;
    this.writeTag(state, asset0, words, WORD);
    this.writeTag(state, asset1, words, 2 * WORD);
    view.setUint32(4 * WORD - 4, fee);
    for (let i = 0; i < 20; i++) words[5 * WORD - 20 + i] = state.arena.bytes[creator + i] as number;
    view.setBigUint64(6 * WORD - 8, salt);
    return this.kernels.keccak256(words);
  }

  /** Writes the tag of an object as 32 bytes at `to` of `out`; zero for object 0. */
  writeTag(state: State, object: number, out: Uint8Array, to: number): void {
    const { bytes } = state.arena;
    const at = object === 0 ? 0 : state.at(object);
    let from = 0;
    let length = 0;
    switch (state.kindOf(object)) {
      case RecordKind.Asset:
        from = at + AssetLayout.token;
        length = 21;
        break;
      case RecordKind.Account:
        from = at + AccountLayout.owner;
        length = 20;
        break;
      case RecordKind.Pool:
        from = at + PoolLayout.tag;
        length = WORD;
        break;
    }
    const start = to + WORD - length;
    for (let i = to; i < start; i++) out[i] = 0;
    for (let i = 0; i < length; i++) out[start + i] = bytes[from + i] as number;
  }

  private opHash(state: State, item: ItemView, op: number): Uint8Array {
    const words = this.opWords;
    const view = this.opView;
    const object = item.objects[2 * op] as number;
    const object2 = item.objects[2 * op + 1] as number;
    words.set(VERB_HASHES[item.verbs[op] as number] as Uint8Array, WORD);
    view.setUint32(3 * WORD - 4, object);
    this.writeTag(state, object, words, 3 * WORD);
    view.setUint32(5 * WORD - 4, object2);
    this.writeTag(state, object2, words, 5 * WORD);
    for (let i = 0; i < 20; i++) words[7 * WORD - 20 + i] = item.parties[20 * op + i] as number;
    for (let i = 0; i < 4; i++) view.setBigUint64((8 + i) * WORD - 8, item.amounts[4 * op + i] as bigint);
    return this.kernels.keccak256(words);
  }
}
