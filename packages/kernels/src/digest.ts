/** Digests of packed envelopes in plain TypeScript (docs/spec/digest.md): the portable kernels' `digestBatch`. */
import { ENVELOPE_TYPE_HASH, ItemView, OP_TYPE_HASH, VERB_HASHES } from "@lakh/protocol";

import { DigestStatus, type EnvelopeBlock, HASH_BYTES, SIGNATURE_BYTES } from "./interface.ts";

const WORD = 32;
const OP_WORDS = 11;
const ENVELOPE_WORDS = 7;
const MOST_OPS = 8;

export class EnvelopeHasher {
  private readonly keccak256: (data: Uint8Array) => Uint8Array;
  private readonly item = new ItemView();
  private readonly opWords = new Uint8Array(OP_WORDS * WORD);
  private readonly opView = new DataView(this.opWords.buffer);
  private readonly opHashes = new Uint8Array(MOST_OPS * WORD);
  private readonly envelopeWords = new Uint8Array(ENVELOPE_WORDS * WORD);
  private readonly envelopeView = new DataView(this.envelopeWords.buffer);
  private readonly final = new Uint8Array(2 + 2 * WORD);

  constructor(keccak256: (data: Uint8Array) => Uint8Array) {
    this.keccak256 = keccak256;
    this.opWords.set(OP_TYPE_HASH, 0);
    this.envelopeWords.set(ENVELOPE_TYPE_HASH, 0);
    this.final.set([0x19, 0x01]);
  }

  digestBatch(block: EnvelopeBlock, outDigests: Uint8Array, outSignatures: Uint8Array, outStatus: Uint8Array): void {
    const { data, spans, count, objectCount } = block;
    for (let i = 0; i < count; i++) {
      const start = spans[2 * i] as number;
      const decoded = this.item.decodeEnvelope(data, start, spans[2 * i + 1] as number);
      const status = !decoded
        ? DigestStatus.Malformed
        : this.knowsObjects(objectCount)
          ? DigestStatus.Ok
          : DigestStatus.UnknownObject;
      outStatus[i] = status;
      if (status === DigestStatus.Ok) {
        outDigests.set(this.digest(block), i * HASH_BYTES);
        outSignatures.set(data.subarray(this.item.tailAt, this.item.tailAt + SIGNATURE_BYTES), i * SIGNATURE_BYTES);
      } else {
        outDigests.fill(0, i * HASH_BYTES, (i + 1) * HASH_BYTES);
        outSignatures.fill(0, i * SIGNATURE_BYTES, (i + 1) * SIGNATURE_BYTES);
      }
    }
  }

  private knowsObjects(objectCount: number): boolean {
    const { account, objects, opCount } = this.item;
    if (account >= objectCount) return false;
    for (let k = 0; k < 2 * opCount; k++) {
      const object = objects[k] as number;
      if (object !== 0 && object >= objectCount) return false;
    }
    return true;
  }

  private digest(block: EnvelopeBlock): Uint8Array {
    const { item, envelopeView: view } = this;
    view.setUint32(2 * WORD - 4, item.account);
    writeTag(block, item.account, this.envelopeWords, 2 * WORD);
    view.setBigUint64(4 * WORD - 8, item.nonce);
    view.setBigUint64(5 * WORD - 8, item.validUntil);
    view.setBigUint64(6 * WORD - 8, item.fee);
    for (let i = 0; i < item.opCount; i++) this.opHashes.set(this.opHash(block, i), i * WORD);
    this.envelopeWords.set(this.keccak256(this.opHashes.subarray(0, item.opCount * WORD)), 6 * WORD);
    this.final.set(block.domain.subarray(0, WORD), 2);
    this.final.set(this.keccak256(this.envelopeWords), 2 + WORD);
    return this.keccak256(this.final);
  }

  private opHash(block: EnvelopeBlock, op: number): Uint8Array {
    const { item, opView: view, opWords: words } = this;
    words.set(VERB_HASHES[item.verbs[op] as number] as Uint8Array, WORD);
    for (let k = 0; k < 2; k++) {
      const object = item.objects[2 * op + k] as number;
      view.setUint32((3 + 2 * k) * WORD - 4, object);
      writeTag(block, object, words, (3 + 2 * k) * WORD);
    }
    words.set(item.parties.subarray(20 * op, 20 * op + 20), 7 * WORD - 20);
    for (let i = 0; i < 4; i++) view.setBigUint64((8 + i) * WORD - 8, item.amounts[4 * op + i] as bigint);
    return this.keccak256(words);
  }
}

/** Writes the tag of an object as the 32 bytes at `to` of `words`. */
function writeTag(block: EnvelopeBlock, object: number, words: Uint8Array, to: number): void {
  if (object === 0) words.fill(0, to, to + WORD);
  else words.set(block.tags.subarray(object * HASH_BYTES, (object + 1) * HASH_BYTES), to);
}
