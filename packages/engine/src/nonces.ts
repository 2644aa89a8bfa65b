/** The nonce window of an account, edited in the packed record (docs/spec/machine.md, steps 5 and 7). */
import { AccountLayout, NONCE_BITS, NONCE_WINDOW, Outcome } from "@lakh/protocol";

import type { State } from "./state.ts";

const { nonceBase: BASE, nonceBits: BITS } = AccountLayout;
const WORDS = NONCE_BITS / 32;

/** How far nonce `high · 2^32 + low` is above the base of the window; exact where it is within it. */
function offsetInWindow(view: DataView, at: number, high: number, low: number): number {
  return (high - view.getUint32(at + BASE)) * 2 ** 32 + (low - view.getUint32(at + BASE + 4));
}

/** Whether an envelope with nonce `high · 2^32 + low` may execute: `Ok`, `NonceUsed` or `NonceTooHigh`. */
export function checkNonce(state: State, account: number, high: number, low: number): Outcome {
  const at = state.at(account);
  const { view } = state.arena;
  const bit = offsetInWindow(view, at, high, low);
  if (bit < 0) return Outcome.NonceUsed;
  if (bit >= NONCE_WINDOW) return Outcome.NonceTooHigh;
  return bit < NONCE_BITS && isSet(view, at, bit) ? Outcome.NonceUsed : Outcome.Ok;
}

/** Uses a nonce that `checkNonce` found good; slides the window when the nonce is above its bits. */
export function takeNonce(state: State, account: number, high: number, low: number): void {
  state.touch(account);
  const at = state.at(account);
  const { view } = state.arena;
  let bit = offsetInWindow(view, at, high, low);
  if (bit >= NONCE_BITS) {
    const by = bit - (NONCE_BITS - 1);
    advance(view, at, by);
    bit -= by;
  }
  const byte = byteOf(at, bit);
  view.setUint8(byte, view.getUint8(byte) | (1 << (bit & 7)));
}

/** Moves the base of the window to `base`, above the old one by at most 512. */
export function moveBase(state: State, account: number, base: bigint): void {
  state.touch(account);
  const at = state.at(account);
  advance(state.arena.view, at, Number(base - state.arena.view.getBigUint64(at + BASE)));
}

/** Adds `by` to the base and drops the bits of the nonces below it. */
function advance(view: DataView, at: number, by: number): void {
  view.setBigUint64(at + BASE, view.getBigUint64(at + BASE) + BigInt(by));
  const whole = by >>> 5;
  const rest = by & 31;
  for (let i = WORDS - 1; i >= 0; i--) {
    const low = i < whole ? 0 : view.getUint32(at + BITS + 4 * (i - whole));
    const high = i - 1 < whole ? 0 : view.getUint32(at + BITS + 4 * (i - whole - 1));
    view.setUint32(at + BITS + 4 * i, rest === 0 ? low : (low >>> rest) | (high << (32 - rest)));
  }
}

function byteOf(at: number, bit: number): number {
  return at + BITS + NONCE_BITS / 8 - 1 - (bit >>> 3);
}

function isSet(view: DataView, at: number, bit: number): boolean {
  return ((view.getUint8(byteOf(at, bit)) >>> (bit & 7)) & 1) === 1;
}
