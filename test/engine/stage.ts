/** A small stage for op tests: two assets, four accounts, one pool. */
import type { Engine } from "@lakh/engine";
import { type Op, type SignedEnvelope, decodeEnvelope, encodeEnvelope } from "@lakh/protocol";
import { expect } from "chai";

import { apply, applySlice, deposit, envelope, listing, newEngine, person, treasurer } from "./world.ts";

export const alice = person(1);
export const bob = person(2);

/** Object indices on the stage. ETH is 1. */
export const ETH = 1;
export const TOKEN = 2;
export const ALICE = 3;
export const BOB = 4;
export const TREASURER = 5;
/** Made by Alice: 1,000,000 ETH units and 4,000,000 token units, fee 3,000 millionths. */
export const POOL = 6;

export const TIME = 1000n;

/**
 * Alice has 10^9 of both assets before she makes the pool, Bob 10^6 of both; the treasurer 1,000 ETH units.
 * After the pool: Alice has 998,990,000 ETH units (10^9 − 10^6 − the object fee of 10,000) and 996,000,000 token units,
 * and 1,999,000 shares (√(10^6 · 4·10^6) = 2·10^6, less 1,000 locked). Fees gathered: 10,000.
 */
export function stage(): Engine {
  const engine = newEngine();
  const made = applySlice(
    engine,
    TIME,
    listing(1, 6),
    deposit(engine, ETH, 10n ** 9n, { owner: alice.address }),
    deposit(engine, ETH, 10n ** 6n, { owner: bob.address }),
    deposit(engine, ETH, 1000n, { owner: treasurer.address }),
  );
  expect(made).to.deep.equal(["Ok", "Ok", "Ok", "Ok"]);
  const filled = applySlice(
    engine,
    TIME,
    deposit(engine, TOKEN, 10n ** 9n, { owner: alice.address, account: ALICE }),
    deposit(engine, TOKEN, 10n ** 6n, { owner: bob.address, account: BOB }),
  );
  expect(filled).to.deep.equal(["Ok", "Ok"]);
  engine.openEntry(TIME);
  const [amount, amount2] = [10n ** 6n, 4n * 10n ** 6n];
  const op: Op = { verb: "createPool", object: ETH, object2: TOKEN, amount, amount2, amount3: 3000n, amount4: 7n };
  expect(apply(engine, envelope(ALICE, 0n, [op]))).to.equal("Ok");
  return engine;
}

/** Applies one envelope of Alice's (nonces from 1 on are free) and expects its outcome. */
export function alicePlays(engine: Engine, ops: readonly Op[], outcome: string, more: Partial<SignedEnvelope> = {}) {
  plays(engine, ALICE, ops, outcome, more);
}

/** Applies one envelope of an account at its next free nonce and expects its outcome; nothing changes but for `Ok`. */
export function plays(
  engine: Engine,
  account: number,
  ops: readonly Op[],
  outcome: string,
  more: Partial<SignedEnvelope> = {},
): void {
  const before = engine.machine();
  const unsigned = envelope(account, nextNonce(engine, account), ops, more);
  expect(decodeEnvelope(encodeEnvelope(unsigned))).not.to.equal(undefined);
  expect(apply(engine, unsigned)).to.equal(outcome);
  if (outcome !== "Ok") expect(engine.machine()).to.deep.equal(before);
}

export function nextNonce(engine: Engine, account: number): bigint {
  const record = engine.account(account);
  if (record === undefined) return 0n;
  let bit = 0n;
  while ((record.nonceBits >> bit) & 1n) bit++;
  return record.nonceBase + bit;
}

/** What an account holds of an asset. */
export function balance(engine: Engine, account: number, asset: number): bigint {
  return engine.account(account)?.holdings.find(({ key }) => key === asset)?.amount ?? 0n;
}

/** What an account holds of a pool's shares. */
export function shares(engine: Engine, account: number, pool: number): bigint {
  return balance(engine, account, 2 ** 28 + pool);
}
