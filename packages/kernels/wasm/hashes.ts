/** keccak256 of messages that the caller wrote into the memory. */
import { absorb, begin, finish } from "./keccak";

/** Where the caller writes messages, 68 KiB, and where they end, at most 512; where it reads hashes of 32 bytes. */
export const MESSAGES = memory.data(69632);
export const ENDS = memory.data(2048);
export const HASHES = memory.data(16384);

const NODE: usize = 32;
const GROUP: usize = 128;

/** Hashes `count` messages that lie one after the other. */
export function hash(count: usize): void {
  let start: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const end = load<u32>(ENDS + 4 * i) as usize;
    begin();
    finish(HASHES + 32 * i, MESSAGES + start, end - start);
    start = end;
  }
}

/** Starts a message that is longer than the place for it. */
export function startLong(): void {
  begin();
}

/** Takes in the whole place. */
export function continueLong(): void {
  absorb(MESSAGES, 69632);
}

/** Takes in the first `length` bytes, the last of the message; its hash is the first. */
export function endLong(length: usize): void {
  finish(HASHES, MESSAGES, length);
}

function isZero(group: usize): bool {
  for (let i: usize = 0; i < GROUP; i += 8) if (load<u64>(group + i) !== 0) return false;
  return true;
}

/** Hashes `count` groups of four nodes each to their parents; four empty nodes have an empty one. */
export function hashGroups(count: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const parent = HASHES + NODE * i;
    const group = MESSAGES + GROUP * i;
    if (isZero(group)) {
      memory.fill(parent, 0, NODE);
    } else {
      begin();
      finish(parent, group, GROUP);
    }
  }
}
