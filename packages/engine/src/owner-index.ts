/** Finds the accounts of an owner: hash chains over object indices, newest first. Not part of the state. */
import { growU32 } from "./grow.ts";

const FIRST_HEADS = 1 << 10;

export class OwnerIndex {
  private heads = new Uint32Array(FIRST_HEADS);
  /** Next older account in the same chain, by object index. */
  private next = new Uint32Array(FIRST_HEADS);
  private count = 0;

  /** Adds an account; `owner` is at `at` of `bytes`. Indices come in ascending order. */
  add(index: number, bytes: Uint8Array, at: number): void {
    this.next = growU32(this.next, index + 1);
    const head = bucket(bytes, at) & (this.heads.length - 1);
    this.next[index] = this.heads[head] as number;
    this.heads[head] = index;
    this.count++;
  }

  /** Removes the account that was added last. */
  removeLast(index: number, bytes: Uint8Array, at: number): void {
    const head = bucket(bytes, at) & (this.heads.length - 1);
    this.heads[head] = this.next[index] as number;
    this.count--;
  }

  get isCrowded(): boolean {
    return this.count > this.heads.length;
  }

  /** Empties the index with room for twice its accounts, to be filled again. */
  reset(): void {
    this.heads = new Uint32Array(2 * this.heads.length);
    this.count = 0;
  }

  /** Accounts in the chain of an owner, newest first: the caller compares owners. */
  *candidates(owner: Uint8Array): Generator<number> {
    let index = this.heads[bucket(owner, 0) & (this.heads.length - 1)] as number;
    while (index !== 0) {
      yield index;
      index = this.next[index] as number;
    }
  }

  get byteLength(): number {
    return this.heads.byteLength + this.next.byteLength;
  }
}

function bucket(bytes: Uint8Array, at: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < 20; i++) hash = Math.imul(hash ^ (bytes[at + i] as number), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
