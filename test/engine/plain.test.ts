import { type Engine, createEngine, takeSnapshot } from "@lakh/engine";
import { createNativeKernels, nativeModes } from "@lakh/kernels";
import { Outcome, ZERO_ADDRESS, decodeEnvelope, encodeEnvelope, fromHex } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { anyone, randomEnvelope, randomOp, randomQueueItem } from "./random-items.ts";
import { config, newEngine, sliceEntry } from "./world.ts";

const ROUNDS = 150;
const PLAIN_VERBS = [
  "transfer",
  "addLiquidity",
  "removeLiquidity",
  "swapExactIn0",
  "swapExactIn1",
  "swapExactOut0",
  "swapExactOut1",
] as const;

/** Envelopes side by side, and who is said to have signed them. */
function someRun(engine: Engine, random: Random) {
  const count = 1 + random.below(60);
  const used = new Map<number, bigint>();
  const items: Uint8Array[] = [];
  const signers = new Uint8Array(20 * count);
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
    items.push(item);
    signers.set(fromHex(signer), 20 * i);
  }
  const spans = new Uint32Array(2 * count);
  let end = 0;
  items.forEach((item, i) => {
    spans[2 * i] = end;
    spans[2 * i + 1] = end += item.length;
  });
  return { data: Buffer.concat(items), spans, signers, count };
}
type Run = ReturnType<typeof someRun>;

function applyOne(engine: Engine, { data, spans, signers }: Run, i: number): Outcome {
  return engine.applyPacked(data, spans[2 * i] as number, spans[2 * i + 1] as number, signers, 20 * i);
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
      const executed = new Map<string, number>();
      let time = 1000n;

      /** Executes a run on `fast`, plain envelopes by the kernels. */
      const applyFast = (run: Run, leastFee: bigint): Outcome[] => {
        const outcomes: Outcome[] = [];
        while (outcomes.length < run.count) {
          const first = outcomes.length;
          const done = fast.applyPlain({ ...run, first, count: run.count - first }, leastFee);
          for (let i = first; i < first + done; i++) {
            const envelope = decodeEnvelope(run.data.subarray(run.spans[2 * i], run.spans[2 * i + 1]));
            const verb = envelope?.ops[0]?.verb ?? "none";
            expect(envelope?.fee).to.satisfy((fee: bigint) => fee >= leastFee);
            executed.set(verb, (executed.get(verb) ?? 0) + 1);
            outcomes.push(Outcome.Ok);
          }
          if (outcomes.length < run.count) outcomes.push(applyOne(fast, run, outcomes.length));
        }
        return outcomes;
      };

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
        expect(applyFast(run, leastFee)).to.deep.equal(expected);
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
      for (const verb of PLAIN_VERBS) expect(executed.get(verb) ?? 0, verb).to.be.greaterThan(10);
      expect(executed.size).to.equal(PLAIN_VERBS.length);
    });
});
