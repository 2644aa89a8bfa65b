import { type Engine, createEngine, takeSnapshot } from "@lakh/engine";
import { createNativeKernels, nativeModes } from "@lakh/kernels";
import { ZERO_ADDRESS, encodeEnvelope } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { type DuelCounts, type SignedRun, applyFast, applyOne, duel, newCounts, runOf } from "./plain-duel.ts";
import { PLAIN_VERBS, type SignedItem } from "./plain-items.ts";
import { anyone, randomEnvelope, randomOp, randomQueueItem } from "./random-items.ts";
import { config, newEngine, sliceEntry } from "./world.ts";

const ROUNDS = 150;
/** Lives of states full of edge values, and the runs of each. */
const LIVES = 8;
const RUNS = 60;

/** Envelopes of any kind, plain ones most of all. */
function someRun(engine: Engine, random: Random): SignedRun {
  const count = 1 + random.below(60);
  const used = new Map<number, bigint>();
  const items: SignedItem[] = [];
  for (let i = 0; i < count; i++) {
    const drawn = randomEnvelope(engine, random);
    const { account } = drawn;
    const ops = random.chance(0.9) ? [randomOp(engine, random, account, random.pick(PLAIN_VERBS))] : drawn.ops;
    const nonce = random.chance(0.9) ? (used.get(account) ?? drawn.nonce) : drawn.nonce;
    used.set(account, (nonce + 1n + BigInt(random.chance(0.05) ? random.below(300) : 0)) & (2n ** 64n - 1n));
    const fee = random.chance(0.9) ? BigInt(random.below(3)) : drawn.fee;
    const owner = engine.account(account)?.owner ?? ZERO_ADDRESS;
    const signer = random.chance(0.95) ? owner : random.pick([anyone(random).address, ZERO_ADDRESS]);
    const item = encodeEnvelope({ ...drawn, ops, nonce, fee });
    if (random.chance(0.02)) item[random.below(item.length)] = random.below(256);
    items.push({ item, signer });
  }
  return runOf(items);
}

describe("plain envelopes", () => {
  for (const mode of nativeModes())
    it(`${mode}: leave behind what the engine leaves, through entries, undoing and fees too low (seed ${SEED})`, function () {
      this.timeout(120_000);
      const random = new Random(SEED);
      const kernels = createNativeKernels(mode);
      if (kernels === undefined) return this.skip();
      const slow = newEngine();
      const fast = createEngine(config, kernels);
      const both = [slow, fast];
      fast.state.plain.leastPaying = 0;
      const counts = newCounts();
      let time = 1000n;
      let mark = both.map((engine) => engine.mark());
      for (let round = 0; round < ROUNDS; round++) {
        if (random.chance(0.4)) time += BigInt(random.below(3));
        if (round < 40 || random.chance(0.1)) {
          const item = randomQueueItem(slow, random);
          const { header, payload } = sliceEntry(time, [item]);
          for (const engine of both) engine.applyEntry(header, payload);
          expect(fast.machine()).to.deep.equal(slow.machine());
        }
        const run = someRun(slow, random);
        for (const engine of both) engine.openEntry(time);
        const leastFee = random.chance(0.3) ? 1n : 0n;
        const expected = Array.from({ length: run.count }, (_, i) => applyOne(slow, run, i));
        expect(applyFast(fast, run, leastFee, counts)).to.deep.equal(expected);
        expect(fast.state.cursor).to.equal(slow.state.cursor);
        for (const engine of both) engine.closeEntry();
        if (random.chance(0.2)) both.forEach((engine, k) => engine.rollbackTo(mark[k] as (typeof mark)[number]));
        if (random.chance(0.3)) {
          mark = both.map((engine) => engine.mark());
          if (random.chance(0.5)) both.forEach((engine, k) => engine.dropMarksBefore(mark[k] as (typeof mark)[number]));
        }
        if (random.chance(0.5)) expect(fast.machine()).to.deep.equal(slow.machine());
      }
      expect(Buffer.compare(takeSnapshot(fast), takeSnapshot(slow))).to.equal(0);
      expectEachVerb(counts, 10);
    });

  for (const mode of nativeModes())
    it(`${mode}: end where the engine does at every edge of what succeeds (seeds from ${SEED})`, function () {
      this.timeout(120_000);
      const kernels = createNativeKernels(mode);
      if (kernels === undefined) return this.skip();
      const counts = newCounts();
      for (let life = 0; life < LIVES; life++) duel(kernels, new Random(SEED + life), RUNS, counts);
      expectEachVerb(counts, 50);
      expect(counts.undone).to.be.greaterThan(10);
    });
});

/** All plain verbs, and no other, were executed by the kernels more than `times` times. */
function expectEachVerb({ plain }: DuelCounts, times: number): void {
  for (const verb of PLAIN_VERBS) expect(plain.get(verb) ?? 0, verb).to.be.greaterThan(times);
  expect(plain.size).to.equal(PLAIN_VERBS.length);
}
