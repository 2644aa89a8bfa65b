/**
 * Public keys of accounts' owners, as recovery found them: with a key, a signature costs half as much to verify.
 *
 * A node-local cache, by account, that threads share without locks: what is read from it is copied, verified against the
 * signature and hashed to the address that is reported, so that a key that is torn, stale or wrong only costs time.
 */
import { KEY_BYTES, type Kernels } from "@lakh/kernels";

const KEY_WORDS = KEY_BYTES / 4;

export class SignerKeys {
  /** `KEY_WORDS` words an account. */
  private readonly keys: Uint32Array;
  /** By account: 1 where a key stands, 2 where it is of no use. */
  private readonly known: Uint8Array;
  private readonly accounts: number;

  /** Memory for the keys of accounts below `accounts`. */
  static memory(accounts: number): SharedArrayBuffer {
    return new SharedArrayBuffer(accounts * (KEY_BYTES + 1));
  }

  constructor(memory: SharedArrayBuffer) {
    this.accounts = memory.byteLength / (KEY_BYTES + 1);
    this.keys = new Uint32Array(memory, 0, this.accounts * KEY_WORDS);
    this.known = new Uint8Array(memory, this.accounts * KEY_BYTES);
  }

  /** Copies the key of an account's owner to place `to` of `out`, in words; false where none is known. */
  read(account: number, out: Uint32Array, to: number): boolean {
    if (account >= this.accounts || this.known[account] !== 1) return false;
    const [from, start] = [account * KEY_WORDS, to * KEY_WORDS];
    for (let i = 0; i < KEY_WORDS; i++) out[start + i] = this.keys[from + i] as number;
    return true;
  }

  /** Remembers the key at place `at` of `keys` for an account, unless it uses several. */
  learn(account: number, keys: Uint32Array, at: number): void {
    if (account >= this.accounts || this.known[account] !== 0) return;
    const [from, to] = [at * KEY_WORDS, account * KEY_WORDS];
    for (let i = 0; i < KEY_WORDS; i++) this.keys[to + i] = keys[from + i] as number;
    this.known[account] = 1;
  }

  /** A signature that is not by this key came from a trusted source: the account uses several, and is recovered. */
  forget(account: number): void {
    if (account < this.accounts) this.known[account] = 2;
  }
}

const KEY_ENDS = new Map<number, Uint32Array>();

/** keccak256 of `count` public keys; the last 20 bytes of each are the address. */
export function addressesOf(kernels: Kernels, keys: Uint8Array, count: number, hashes: Uint8Array): void {
  let ends = KEY_ENDS.get(count);
  if (ends === undefined)
    KEY_ENDS.set(count, (ends = Uint32Array.from({ length: count }, (_, i) => (i + 1) * KEY_BYTES)));
  kernels.keccakBatch(keys, ends, count, hashes);
}
