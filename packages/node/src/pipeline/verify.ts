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
const LEAST_KNOWN = 192;
const accountCursor = newVarintCursor();

/** Signatures gathered from a block, and what belongs to them. */
class Gathered {
  count = 0;
  /** Numbers in the block. */
  readonly items = new Uint32Array(BLOCK_ITEMS);
  readonly accounts = new Uint32Array(BLOCK_ITEMS);
  readonly digests = new Uint8Array(BLOCK_ITEMS * HASH_BYTES);
  readonly signatures = new Uint8Array(BLOCK_ITEMS * SIGNATURE_BYTES);
  readonly keys = new Uint8Array(BLOCK_ITEMS * KEY_BYTES);
  readonly addresses = new Uint8Array(BLOCK_ITEMS * ADDRESS_BYTES);
}

export class Verifier {
  private readonly kernels: Kernels;
  private readonly keys: SignerKeys | undefined;
  private readonly digests = new Uint8Array(BLOCK_ITEMS * HASH_BYTES);
  private readonly signatures = new Uint8Array(BLOCK_ITEMS * SIGNATURE_BYTES);
  private readonly spans = new Uint32Array(2 * BLOCK_ITEMS);
  private readonly status = new Uint8Array(BLOCK_ITEMS);
  private readonly signers = new Uint8Array(BLOCK_ITEMS * ADDRESS_BYTES);
  private readonly hashes = new Uint8Array(BLOCK_ITEMS * HASH_BYTES);
  private readonly known = new Gathered();
  private readonly unknown = new Gathered();

  /** @param keys where keys are remembered, if they are */
  constructor(kernels: Kernels, keys?: SignerKeys) {
    this.kernels = kernels;
    this.keys = keys;
  }

  /** Fills in `status` and `signers` of a whole block, and `hashes` if it needs them. */
  verify(block: Block, { bytes: tags, domain }: Tags): void {
    const { kernels, digests, signatures } = this;
    const { data, spans, count, objectCount, status } = block;
    if (block.needsHashes) kernels.keccakBatch(data, spans, 2 * count, block.hashes); // spans taken as ends: no gap between
    kernels.digestBatch({ data, spans, count, tags, objectCount, domain }, digests, signatures, status);
    if (this.keys === undefined) kernels.recoverBatch(digests, signatures, count, block.signers);
    else this.verifyWithKeys(block, tags, this.keys);
  }

  /** One equation for the signatures of known keys, recovery for the others. */
  private verifyWithKeys(block: Block, tags: Uint8Array, keys: SignerKeys): void {
    const { known, unknown } = this;
    known.count = unknown.count = 0;
    for (let i = 0; i < block.count; i++) {
      if (block.status[i] !== DigestStatus.Ok) continue;
      const account = accountOf(block, i);
      const isKnown = block.mayTrust(i) && keys.read(account, known.keys, known.count * KEY_BYTES);
      this.gather(isKnown ? known : unknown, i, account);
    }
    if (known.count > 0 && !this.holds(known)) {
      this.recover(known);
      for (let at = 0; at < known.count; at++)
        if (!isOwner(tags, known.accounts[at] as number, known.addresses, at))
          keys.forget(known.accounts[at] as number);
    }
    if (unknown.count > 0) {
      this.recover(unknown);
      for (let at = 0; at < unknown.count; at++) {
        const account = unknown.accounts[at] as number;
        if (isOwner(tags, account, unknown.addresses, at)) keys.learn(account, unknown.keys, at * KEY_BYTES);
      }
    }
    block.signers.fill(0, 0, block.count * ADDRESS_BYTES);
    for (const { count, items, addresses } of [known, unknown])
      for (let at = 0; at < count; at++)
        for (let b = 0, to = ADDRESS_BYTES * (items[at] as number); b < ADDRESS_BYTES; b++)
          block.signers[to + b] = addresses[ADDRESS_BYTES * at + b] as number;
  }

  private gather(into: Gathered, item: number, account: number): void {
    const at = into.count++;
    into.items[at] = item;
    into.accounts[at] = account;
    copy(this.digests, item * HASH_BYTES, into.digests, at * HASH_BYTES, HASH_BYTES);
    copy(this.signatures, item * SIGNATURE_BYTES, into.signatures, at * SIGNATURE_BYTES, SIGNATURE_BYTES);
  }

  /** Whether all signatures are those of the keys gathered; their addresses then. */
  private holds({ count, digests, signatures, keys, addresses }: Gathered): boolean {
    if (count < LEAST_KNOWN || !this.kernels.verifyBatch(digests, signatures, keys, count)) return false;
    addressesOf(this.kernels, keys, count, this.hashes);
    for (let at = 0; at < count; at++)
      copy(this.hashes, (at + 1) * HASH_BYTES - ADDRESS_BYTES, addresses, at * ADDRESS_BYTES, ADDRESS_BYTES);
    return true;
  }

  private recover({ count, digests, signatures, keys, addresses }: Gathered): void {
    this.kernels.recoverBatch(digests, signatures, count, addresses, keys);
  }

  /**
   * Looks again at the envelopes from `from` on whose objects did not exist when the block was verified.
   * @returns how many are known now
   */
  verifyUnknown(block: Block, from: number, { bytes: tags, domain }: Tags, objectCount: number): number {
    const { kernels, digests, signatures, spans, status, signers } = this;
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

function copy(from: Uint8Array, at: number, to: Uint8Array, start: number, length: number): void {
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
