/** The same envelopes through two engines: plain ones by the kernels in one, none of them in the other. */
import { type Engine, createEngine, itemSpans, takeSnapshot } from "@lakh/engine";
import type { Kernels } from "@lakh/kernels";
import { Outcome, decodeEnvelope, encodeBatch, fromHex } from "@lakh/protocol";
import { expect } from "chai";

import type { Random } from "../support/random.ts";
import { type SignedItem, aimedEnvelope } from "./plain-items.ts";
import { loadWorld } from "./plain-world.ts";
import { rawBatch, config, newEngine } from "./world.ts";

/** Envelopes side by side in a batch, and who is said to have signed them. */
export interface SignedRun {
  readonly data: Uint8Array;
  readonly spans: Uint32Array;
  readonly signers: Uint8Array;
  readonly count: number;
}

/** What was compared: envelopes, those that succeeded, those that the kernels executed, by verb. */
export interface DuelCounts {
  envelopes: number;
  ok: number;
  undone: number;
  readonly plain: Map<string, number>;
}

export function newCounts(): DuelCounts {
  return { envelopes: 0, ok: 0, undone: 0, plain: new Map() };
}

/** A run of these items, laid out as in a batch. */
export function runOf(items: readonly SignedItem[]): SignedRun {
  const data = encodeBatch(items.map(({ item }) => item));
  const signers = new Uint8Array(20 * items.length);
  items.forEach(({ signer }, i) => signers.set(fromHex(signer), 20 * i));
  return { data, spans: itemSpans(data, 0), signers, count: items.length };
}

export function applyOne(engine: Engine, { data, spans, signers }: SignedRun, i: number): Outcome {
  return engine.applyPacked(data, spans[2 * i] as number, spans[2 * i + 1] as number, signers, 20 * i);
}

/** Executes a run in the open entry of an engine, plain envelopes by its kernels. */
export function applyFast(engine: Engine, run: SignedRun, leastFee: bigint, counts: DuelCounts): Outcome[] {
  const outcomes: Outcome[] = [];
  while (outcomes.length < run.count) {
    const first = outcomes.length;
    const done = engine.applyPlain({ ...run, first, count: run.count - first }, leastFee);
    for (let i = first; i < first + done; i++) {
      const envelope = decodeEnvelope(run.data.subarray(run.spans[2 * i], run.spans[2 * i + 1]));
      const verb = envelope?.ops[0]?.verb ?? "none";
      expect((envelope?.fee ?? -1n) >= leastFee, "a fee below the least").to.equal(true);
      counts.plain.set(verb, (counts.plain.get(verb) ?? 0) + 1);
      outcomes.push(Outcome.Ok);
    }
    if (outcomes.length < run.count) outcomes.push(applyOne(engine, run, outcomes.length));
  }
  return outcomes;
}

/** Fails at the first record that two engines have otherwise. */
function compareRecords(a: Engine, b: Engine, where: string): void {
  expect(a.state.nextObject, where).to.equal(b.state.nextObject);
  for (let i = 1; i < a.state.nextObject; i++)
    if (Buffer.compare(a.state.record(i), b.state.record(i)) !== 0)
      expect(a.record(i), `${where}, object ${i}`).to.deep.equal(b.record(i));
  expect(a.state.fees, where).to.equal(b.state.fees);
  expect(a.state.time, where).to.equal(b.state.time);
}

/** One life of a state: `runs` runs of envelopes, all outcomes, records, machines, the undoing of it and the snapshot compared. */
export function duel(kernels: Kernels, random: Random, runs: number, counts: DuelCounts): void {
  const slow = newEngine();
  const fast = createEngine(config, kernels);
  const both = [slow, fast] as const;
  fast.state.plain.leastPaying = 0;
  if (random.chance(0.5)) for (let blocks = random.below(1020); blocks > 0; blocks--) fast.state.arena.allocate(9); // so that it grows
  let time = 1_800_000_000n;
  loadWorld(both, random, time);
  let marks = both.map((engine) => engine.mark());
  const hasMarks = random.chance(0.8);
  for (let round = 0; round < runs; round++) {
    const where = `run ${round}`;
    if (random.chance(0.1)) time += BigInt(random.below(3));
    const run = runOf(
      Array.from({ length: 1 + random.below(random.pick([3, 40, 90])) }, () => aimedEnvelope(slow, random)),
    );
    if (random.chance(0.1)) fast.state.dirty = fast.state.dirty.slice(0, fast.state.dirtyCount + random.below(4)); // little room
    const expected = random.chance(0.25)
      ? playBatch(both, run, time, where)
      : playOpen(both, run, time, random, counts, where);
    counts.envelopes += run.count;
    counts.ok += expected.filter((outcome) => outcome === Outcome.Ok).length;
    compareRecords(fast, slow, where);
    if (random.chance(0.1)) expect(fast.machine(), where).to.deep.equal(slow.machine());
    if (hasMarks && random.chance(0.1)) {
      both.forEach((engine, k) => engine.rollbackTo(marks[k] as (typeof marks)[number]));
      counts.undone++;
      compareRecords(fast, slow, `${where}, undone`);
      expect(fast.machine(), where).to.deep.equal(slow.machine());
    }
    if (hasMarks && random.chance(0.3)) {
      marks = both.map((engine) => engine.mark());
      if (random.chance(0.5)) both.forEach((engine, k) => engine.dropMarksBefore(marks[k] as (typeof marks)[number]));
    }
  }
  expect(fast.machine()).to.deep.equal(slow.machine());
  expect(Buffer.compare(takeSnapshot(fast), takeSnapshot(slow))).to.equal(0);
}

/** A run as an entry in the making. @returns its outcomes */
function playOpen(
  [slow, fast]: readonly [Engine, Engine],
  run: SignedRun,
  time: bigint,
  random: Random,
  counts: DuelCounts,
  where: string,
): Outcome[] {
  for (const engine of [slow, fast]) engine.openEntry(time);
  const expected = Array.from({ length: run.count }, (_, i) => applyOne(slow, run, i));
  expect(applyFast(fast, run, random.chance(0.2) ? 1n : 0n, counts), where).to.deep.equal(expected);
  expect(fast.state.cursor, where).to.equal(slow.state.cursor);
  for (const engine of [slow, fast]) engine.closeEntry();
  return expected;
}

/** A run as an entry of the Inbox: in one piece, and step by step. @returns its outcomes */
function playBatch([slow, fast]: readonly [Engine, Engine], run: SignedRun, time: bigint, where: string): Outcome[] {
  const { header } = rawBatch(time, run.data);
  const known = { cursor: 0, known: new Uint8Array(run.count).fill(1), addresses: run.signers, spans: run.spans };
  const expected = [...slow.entrySteps(header, run.data, known)];
  expect(fast.applyEntry(header, run.data, known), where).to.deep.equal(expected);
  return expected;
}
