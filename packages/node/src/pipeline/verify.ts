/** What a verifier does with a block: item hashes, digests and signers. The same in worker threads and in the main one. */
import { ADDRESS_BYTES, DigestStatus, HASH_BYTES, KEY_BYTES, type Kernels, SIGNATURE_BYTES } from "@lakh/kernels";
import { newVarintCursor, readVarint } from "@lakh/protocol";

import { BLOCK_ITEMS, type Block } from "./block.ts";
import type { SignerKeys } from "./signer-keys.ts";
import { addressesOf } from "./signer-keys.ts";

/** What digests depend on, beside the envelopes. */
export interface Tags {
  /** Tags by object, 32 bytes each (`TagTable`). */
  readonly bytes: Uint8Array;
  /** Domain separator, 32 bytes. */
  readonly domain: Uint8Array;
}

/** Fewer signatures than this are recovered: the equation does not pay. */
const LEAST_KNOWN = 160;
/** Sizes in words of 32 bits: this file copies words, for bytes take four times as long. */
const HASH_WORDS = HASH_BYTES / 4;
const SIGNATURE_WORDS = SIGNATURE_BYTES / 4;
const ADDRESS_WORDS = ADDRESS_BYTES / 4;
const accountCursor = newVarintCursor();

/** Digests and signatures, as the kernels take them. */
class Signed {
  readonly digests = new Uint8Array(BLOCK_ITEMS * HASH_BYTES);
  readonly signatures = new Uint8Array(BLOCK_ITEMS * SIGNATURE_BYTES);
  private readonly digestWords = new Uint32Array(this.digests.buffer);
  private readonly signatureWords = new Uint32Array(this.signatures.buffer);

  /** Copies number `i` to place `at` of another, or of this one. */
  copy(i: number, to: Signed, at: number): void {
    copyWords(this.digestWords, i * HASH_WORDS, to.digestWords, at * HASH_WORDS, HASH_WORDS);
    copyWords(this.signatureWords, i * SIGNATURE_WORDS, to.signatureWords, at * SIGNATURE_WORDS, SIGNATURE_WORDS);
  }
}

/** Signatures gathered from a block, and what belongs to them. */
class Gathered {
  count = 0;
  readonly signed: Signed;
  /** Numbers in the block. */
  readonly items = new Uint32Array(BLOCK_ITEMS);
  readonly accounts = new Uint32Array(BLOCK_ITEMS);
  readonly keys = new Uint8Array(BLOCK_ITEMS * KEY_BYTES);
  readonly keyWords = new Uint32Array(this.keys.buffer);
  readonly addresses = new Uint8Array(BLOCK_ITEMS * ADDRESS_BYTES);
  readonly addressWords = new Uint32Array(this.addresses.buffer);

  constructor(signed: Signed) {
    this.signed = signed;
  }
}

export class Verifier {
  private readonly kernels: Kernels;
  private readonly keys: SignerKeys | undefined;
  /** All of a block; those of known keys stay here, moved up to the front. */
  private readonly signed = new Signed();
  private readonly spans = new Uint32Array(2 * BLOCK_ITEMS);
  private readonly status = new Uint8Array(BLOCK_ITEMS);
  private readonly signers = new Uint8Array(BLOCK_ITEMS * ADDRESS_BYTES);
  private readonly hashes = new Uint8Array(BLOCK_ITEMS * HASH_BYTES);
  private readonly hashWords = new Uint32Array(this.hashes.buffer);
  private readonly known = new Gathered(this.signed);
  private readonly unknown = new Gathered(new Signed());

  /** @param keys where keys are remembered, if they are */
  constructor(kernels: Kernels, keys?: SignerKeys) {
    this.kernels = kernels;
    this.keys = keys;
  }

  /** Fills in `status` and `signers` of a whole block, and `hashes` if it needs them. */
  verify(block: Block, { bytes: tags, domain }: Tags): void {
    const { kernels } = this;
    const { digests, signatures } = this.signed;
    const { data, spans, count, objectCount, status } = block;
    if (block.needsHashes) kernels.keccakBatch(data, spans, 2 * count, block.hashes); // spans taken as ends: no gap between
    kernels.digestBatch({ data, spans, count, tags, objectCount, domain }, digests, signatures, status);
    if (this.keys === undefined) kernels.recoverBatch(digests, signatures, count, block.signers);
    else this.verifyWithKeys(block, tags, this.keys);
  }

  /** One equation for the signatures of known keys, recovery for the others. */
  private verifyWithKeys(block: Block, tags: Uint8Array, keys: SignerKeys): void {
    const { known, unknown } = this;
    this.divide(block, keys);
    block.signers.fill(0, 0, block.count * ADDRESS_BYTES);
    if (this.holds(known)) this.nameOwners(block);
    else if (known.count > 0) {
      this.recover(known, block);
      for (let at = 0; at < known.count; at++)
        if (!isOwner(tags, known.accounts[at] as number, known.addresses, at))
          keys.forget(known.accounts[at] as number);
    }
    if (unknown.count === 0) return;
    this.recover(unknown, block);
    for (let at = 0; at < unknown.count; at++) {
      const account = unknown.accounts[at] as number;
      if (isOwner(tags, account, unknown.addresses, at)) keys.learn(account, unknown.keyWords, at);
    }
  }

  /** Divides a block's signatures into those of known keys and the others. */
  private divide(block: Block, keys: SignerKeys): void {
    const { known, unknown, signed } = this;
    known.count = unknown.count = 0;
    for (let i = 0; i < block.count; i++) {
      if (block.status[i] !== DigestStatus.Ok) continue;
      const account = accountOf(block, i);
      const isKnown = block.mayTrust(i) && keys.read(account, known.keyWords, known.count);
      const into = isKnown ? known : unknown;
      const at = into.count++;
      into.items[at] = i;
      into.accounts[at] = account;
      if (into === unknown || at !== i) signed.copy(i, into.signed, at);
    }
  }

  /** Whether all signatures are those of the keys gathered. */
  private holds({ count, signed, keys }: Gathered): boolean {
    return count >= LEAST_KNOWN && this.kernels.verifyBatch(signed.digests, signed.signatures, keys, count);
  }

  /** Says of the signatures of known keys whose they are. */
  private nameOwners({ signerWords }: Block): void {
    const { count, keys, items } = this.known;
    addressesOf(this.kernels, keys, count, this.hashes);
    for (let at = 0; at < count; at++) {
      const end = (at + 1) * HASH_WORDS;
      copyWords(this.hashWords, end - ADDRESS_WORDS, signerWords, ADDRESS_WORDS * (items[at] as number), ADDRESS_WORDS);
    }
  }

  /** Recovers who signed, and says so. */
  private recover({ count, signed, keys, items, addresses, addressWords }: Gathered, { signerWords }: Block): void {
    this.kernels.recoverBatch(signed.digests, signed.signatures, count, addresses, keys);
    for (let at = 0; at < count; at++)
      copyWords(addressWords, ADDRESS_WORDS * at, signerWords, ADDRESS_WORDS * (items[at] as number), ADDRESS_WORDS);
  }

  /**
   * Looks again at the envelopes from `from` on whose objects did not exist when the block was verified.
   * @returns how many are known now
   */
  verifyUnknown(block: Block, from: number, { bytes: tags, domain }: Tags, objectCount: number): number {
    const { kernels, spans, status, signers } = this;
    const { digests, signatures } = this.signed;
    const which: number[] = [];
    for (let i = from; i < block.count; i++) {
      if (block.status[i] !== DigestStatus.UnknownObject) continue;
      spans[2 * which.length] = block.spans[2 * i] as number;
      spans[2 * which.length + 1] = block.spans[2 * i + 1] as number;
      which.push(i);
    }
    const count = which.length;
    kernels.digestBatch({ data: block.data, spans, count, tags, objectCount, domain }, digests, signatures, status);
    kernels.recoverBatch(digests, signatures, count, signers);
    let known = 0;
    which.forEach((i, at) => {
      if (status[at] === DigestStatus.UnknownObject) return;
      block.status[i] = status[at] as number;
      block.signers.set(signers.subarray(ADDRESS_BYTES * at, ADDRESS_BYTES * (at + 1)), ADDRESS_BYTES * i);
      known++;
    });
    return known;
  }
}

function copyWords(from: Uint32Array, at: number, to: Uint32Array, start: number, length: number): void {
  for (let i = 0; i < length; i++) to[start + i] = from[at + i] as number;
}

/** The account that a well-formed envelope of a block names. */
function accountOf({ data, spans }: Block, i: number): number {
  readVarint(data, (spans[2 * i] as number) + 1, spans[2 * i + 1] as number, accountCursor);
  return accountCursor.low;
}

/** Whether the address at place `at` is that of the account's owner, which is its tag. */
function isOwner(tags: Uint8Array, account: number, addresses: Uint8Array, at: number): boolean {
  const owner = account * HASH_BYTES + HASH_BYTES - ADDRESS_BYTES;
  for (let i = 0; i < ADDRESS_BYTES; i++) if (tags[owner + i] !== addresses[at * ADDRESS_BYTES + i]) return false;
  return true;
}
