/** Invariants 2 and 3 of the design over seeded random play: conservation, no profit by rounding, failures change nothing. */
import { type Engine, takeSnapshot, takesEffect } from "@lakh/engine";
import { type Op, OUTCOMES, type Outcome, encodeEnvelope, fromHex, toHex } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { type Totals, bring, settled, totals, wrongRecord, wrongShares } from "./conservation.ts";
import { randomEnvelope, randomQueueItem } from "./random-items.ts";
import { applySlice, deposit, envelope, listing, newEngine, person, sliceEntry } from "./world.ts";

const STEPS = 1500;

/** State bytes without the clock and the cursor, which move with every step. */
function stateOf(engine: Engine): string {
  const { stateRoot, nextObject, nextExit, fees } = engine.machine();
  return `${stateRoot} ${nextObject} ${nextExit} ${fees}`;
}

describe("random play", () => {
  it(`conserves every asset and every pool's shares, in canonical records, after each step (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const engine = newEngine();
    const brought: Totals = new Map();
    const seen = new Set<Outcome>();
    for (let step = 0; step < STEPS; step++) {
      const before = stateOf(engine);
      const time = engine.state.time + BigInt(random.below(5));
      let outcome: Outcome;
      if (random.chance(0.3) || step < 40) {
        const item = randomQueueItem(engine, random);
        const { header, payload } = sliceEntry(time, [item]);
        outcome = engine.applyEntry(header, payload)[0] as Outcome;
        if (takesEffect(outcome)) bring(brought, item);
      } else {
        engine.openEntry(time);
        const unsigned = randomEnvelope(engine, random);
        const signer = engine.account(unsigned.account)?.owner ?? person(0).address;
        outcome = engine.applyEnvelope(encodeEnvelope(unsigned), fromHex(signer));
        engine.closeEntry();
      }
      seen.add(outcome);
      const name = OUTCOMES[outcome]?.name;
      if (!takesEffect(outcome)) expect(stateOf(engine), name).to.equal(before);
      expect(settled(totals(engine)), `step ${step}, ${name}`).to.deep.equal(settled(brought));
      expect(wrongShares(engine), `step ${step}`).to.equal(undefined);
      expect(wrongRecord(engine), `step ${step}`).to.equal(undefined);
    }
    expect(engine.machine().nextExit > 0n).to.equal(true);
    expect(seen.size).to.be.greaterThan(15);
  }).timeout(60_000);

  it(`leaves the whole snapshot as it was when an envelope fails (seed ${SEED})`, () => {
    const random = new Random(SEED + 1);
    const engine = newEngine();
    for (let i = 0; i < 60; i++) applySlice(engine, 10n, randomQueueItem(engine, random));
    engine.openEntry(20n);
    let failures = 0;
    for (let i = 0; i < 400; i++) {
      const before = takeSnapshot(engine);
      const unsigned = randomEnvelope(engine, random);
      const signer = engine.account(unsigned.account)?.owner ?? person(0).address;
      if (engine.applyEnvelope(encodeEnvelope(unsigned), fromHex(signer)) === 0) continue;
      expect(toHex(takeSnapshot(engine))).to.equal(toHex(before));
      failures++;
    }
    expect(failures).to.be.greaterThan(100);
  }).timeout(60_000);
});

describe("rounding", () => {
  const trader = person(1);
  const [TRADER, MAKER, POOL] = [3, 4, 5];
  const SHARES = 2 ** 28 + POOL;

  /** A trader with 10^12 of both assets, and a pool of a maker's with these reserves and this fee. */
  function market(reserve0: bigint, reserve1: bigint, fee: bigint): Engine {
    const engine = newEngine();
    const maker = person(2);
    applySlice(
      engine,
      1n,
      listing(1),
      deposit(engine, 1, 10n ** 12n, { owner: trader.address }),
      deposit(engine, 1, 2n * 10n ** 12n, { owner: maker.address }),
    );
    applySlice(
      engine,
      1n,
      deposit(engine, 2, 10n ** 12n, { owner: trader.address, account: TRADER }),
      deposit(engine, 2, 2n * 10n ** 12n, { owner: maker.address, account: MAKER }),
    );
    engine.openEntry(1n);
    play(engine, MAKER, {
      verb: "createPool",
      object: 1,
      object2: 2,
      amount: reserve0,
      amount2: reserve1,
      amount3: fee,
    });
    return engine;
  }

  function play(engine: Engine, account: number, ...ops: Op[]): boolean {
    const nonce = engine.account(account)?.nonceBits === 0n ? 0n : nextNonce(engine, account);
    const owner = engine.account(account)?.owner ?? "0x";
    return engine.applyEnvelope(encodeEnvelope(envelope(account, nonce, ops)), fromHex(owner)) === 0;
  }

  function nextNonce(engine: Engine, account: number): bigint {
    const record = engine.account(account);
    let bit = 0n;
    while (record !== undefined && (record.nonceBits >> bit) & 1n) bit++;
    return (record?.nonceBase ?? 0n) + bit;
  }

  const held = (engine: Engine, key: number): bigint =>
    engine.account(TRADER)?.holdings.find((holding) => holding.key === key)?.amount ?? 0n;

  /** No trader may end with at least as much of both assets and more of one. */
  function expectNoProfit(engine: Engine, before: readonly [bigint, bigint], what: string): void {
    const gain0 = held(engine, 1) - before[0];
    const gain1 = held(engine, 2) - before[1];
    expect(gain0 >= 0n && gain1 >= 0n && gain0 + gain1 > 0n, `${what}: gained ${gain0}, ${gain1}`).to.equal(false);
  }

  it(`no way through a pool and back pays, whatever the sizes and fees (seed ${SEED})`, () => {
    const random = new Random(SEED + 2);
    const size = (): bigint => 1n + (random.u64() % 10n ** BigInt(1 + random.below(11)));
    let trips = 0;
    for (let round = 0; round < 300; round++) {
      const [reserve0, reserve1] = [1100n + size(), 1100n + size()];
      const fee = random.chance(0.5) ? 0n : BigInt(random.below(100_001));
      const engine = market(reserve0, reserve1, fee);
      const what = `reserves ${reserve0}, ${reserve1}, fee ${fee}`;
      for (let i = 0; i < 4; i++) {
        const before = [held(engine, 1), held(engine, 2)] as const;
        roundTrip(engine, random, size());
        expectNoProfit(engine, before, what);
        if (held(engine, SHARES) > 0n) break; // too few shares to be worth a unit of both assets: stuck with them
        trips++;
      }
    }
    expect(trips).to.be.greaterThan(600);
  }).timeout(60_000);

  /** There and back again by one of the pool's ways; what does not succeed has no effect. */
  function roundTrip(engine: Engine, random: Random, amount: bigint): void {
    const [before0, before1] = [held(engine, 1), held(engine, 2)];
    const any = 2n ** 64n - 1n;
    const swap = (verb: "swapExactIn0" | "swapExactIn1", units: bigint): boolean =>
      play(engine, TRADER, { verb, object: POOL, amount: units, amount2: 0n });
    const buy = (verb: "swapExactOut0" | "swapExactOut1", units: bigint): boolean =>
      play(engine, TRADER, { verb, object: POOL, amount: units, amount2: any });
    const way = random.below(5);
    if (way === 0 && swap("swapExactIn0", amount)) swap("swapExactIn1", held(engine, 2) - before1);
    if (way === 1 && swap("swapExactIn1", amount)) swap("swapExactIn0", held(engine, 1) - before0);
    if (way === 2 && buy("swapExactOut0", amount)) buy("swapExactOut1", before0 - held(engine, 1));
    if (way === 3 && buy("swapExactOut1", amount)) buy("swapExactOut0", before1 - held(engine, 2));
    if (way === 4) {
      const other = 1n + (random.u64() % (2n * amount));
      play(engine, TRADER, { verb: "addLiquidity", object: POOL, amount, amount2: other, amount3: 0n });
      const shares = held(engine, SHARES);
      if (shares > 0n)
        play(engine, TRADER, { verb: "removeLiquidity", object: POOL, amount: shares, amount2: 0n, amount3: 0n });
    }
  }
});
