import { EntryKind, type EntryHeader, type Hex, ZERO_HASH, concat, dataHash, nextAcc } from "@lakh/protocol";
import { hasCode } from "@lakh/service";
import { expect } from "chai";

import { batchEntry, checkSuccession, queueHashWord, sliceEntry } from "../../packages/node/src/derivation/derive.ts";
import { QueueMirror } from "../../packages/node/src/derivation/queue-mirror.ts";
import { batchDraft, sliceDraft } from "../../packages/node/src/sequencer/draft.ts";
import { makePlan, splitPosted } from "../../packages/node/src/sequencer/plan.ts";
import type { AppendedEvent } from "../../packages/node/src/types.ts";

const l1 = { block: 1, blockHash: ZERO_HASH, transaction: ZERO_HASH };
const data = Uint8Array.of(1, 2, 3);

function event(header: EntryHeader, accBefore: Hex = ZERO_HASH): AppendedEvent {
  return { kind: "entry", number: 0, header, accBefore, acc: nextAcc(accBefore, header), l1 };
}

function input(bytes: Uint8Array): Uint8Array {
  return concat(new Uint8Array(132), bytes, new Uint8Array(29));
}

function queueOf(...items: Uint8Array[]): QueueMirror {
  const queue = new QueueMirror();
  items.forEach((item, index) => queue.push({ index, time: BigInt(100 * (index + 1)), item, l1 }));
  return queue;
}

function codeOf(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    return hasCode(error, "L1Inconsistent");
  }
}

const header = { kind: EntryKind.Calldata, time: 5n, a: 3n, b: 0n, hash: dataHash(data) };

describe("node > derivation", () => {
  it("takes the data that the header commits to, and nothing else", () => {
    expect(batchEntry(event(header), input(data)).payload).to.deep.equal(data);
    expect(codeOf(() => batchEntry(event(header), input(Uint8Array.of(1, 2, 4))))).to.equal(true);
    expect(codeOf(() => batchEntry(event({ ...header, a: 200n }), input(data)))).to.equal(true);
    expect(codeOf(() => batchEntry(event(header), new Uint8Array(4)))).to.equal(true);
  });

  it("takes an entry only behind its predecessor", () => {
    checkSuccession(event(header), { length: 0, acc: ZERO_HASH });
    expect(codeOf(() => checkSuccession(event(header), { length: 1, acc: ZERO_HASH }))).to.equal(true);
    expect(codeOf(() => checkSuccession(event(header), { length: 0, acc: dataHash(data) }))).to.equal(true);
    const forged = { ...event(header), acc: dataHash(data) };
    expect(codeOf(() => checkSuccession(forged, { length: 0, acc: ZERO_HASH }))).to.equal(true);
  });

  it("takes a slice of the queue by its hash", () => {
    const queue = queueOf(Uint8Array.of(1), Uint8Array.of(2));
    const slice = { kind: EntryKind.Queue, time: 5n, a: 1n, b: 2n, hash: queueHashWord(queue.hashAt(2) as bigint) };
    expect(sliceEntry(event(slice), queue).payload).to.deep.equal([Uint8Array.of(2)]);
    expect(codeOf(() => sliceEntry(event({ ...slice, b: 3n }), queue))).to.equal(true);
    expect(codeOf(() => sliceEntry(event({ ...slice, hash: ZERO_HASH }), queue))).to.equal(true);
    expect(codeOf(() => queue.push({ index: 3, time: 0n, item: data, l1 }))).to.equal(true);
  });
});

describe("node > plan", () => {
  const queue = queueOf(Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3));
  const batch = (time: number, byte: number) => batchDraft(BigInt(time), Uint8Array.of(1, byte));
  const slice = (time: number, from: number, to: number) => {
    const draft = sliceDraft(BigInt(time), from, to, queue);
    if (draft === undefined) throw new RangeError("no such slice");
    return draft;
  };
  const rules = { headTime: 1000n, leastTime: 0n, overdue: 0 };
  const headersOf = (...drafts: { header: EntryHeader }[]) => drafts.map((draft) => draft.header);

  it("finds what is posted among foreign entries; passes over slices, never over batches", () => {
    const drafts = [batch(1, 1), slice(2, 0, 1), batch(3, 2)];
    const foreign = batch(1, 9);
    const headers = headersOf(foreign, batch(1, 1), foreign, batch(3, 2));
    expect(splitPosted(drafts, headers)).to.deep.equal({ posted: [drafts[0], drafts[2]], rest: [] });
    expect(splitPosted(drafts, headersOf(batch(3, 2)))).to.deep.equal({ posted: [], rest: drafts });
  });

  it("keeps bytes and times behind a foreign entry", () => {
    const drafts = [batch(10, 1), batch(11, 2)];
    const { posted, pending } = makePlan(drafts, headersOf(batch(5, 9)), { time: 5n, included: 0 }, queue, rules);
    expect(posted).to.deep.equal([]);
    expect(pending).to.deep.equal(drafts);
  });

  it("drops slices that are included, shortens those in part, and those that L1 lost", () => {
    const drafts = [slice(10, 0, 1), slice(11, 1, 3)];
    const { pending } = makePlan(drafts, [], { time: 0n, included: 2 }, queue, rules);
    expect(pending).to.deep.equal([slice(11, 2, 3)]);
    const shorter = queueOf(Uint8Array.of(1), Uint8Array.of(7));
    const after = makePlan(drafts, [], { time: 0n, included: 0 }, shorter, rules).pending;
    expect(after).to.deep.equal([sliceDraft(10n, 0, 1, shorter), sliceDraft(11n, 1, 2, shorter)]);
  });

  it("gives a new time to what is too old, and never one before the entry in front", () => {
    const drafts = [batch(10, 1), batch(600, 2), batch(700, 3)];
    const times = (least: bigint, tip: bigint) =>
      makePlan(drafts, [], { time: tip, included: 0 }, queue, { ...rules, leastTime: least }).pending.map(
        (draft) => draft.header.time,
      );
    expect(times(0n, 650n)).to.deep.equal([650n, 650n, 700n]);
    expect(times(500n, 0n)).to.deep.equal([1000n, 1000n, 1000n]);
  });

  it("puts an overdue item's slice before batches", () => {
    const drafts = [batch(10, 1), slice(11, 0, 3)];
    const { pending } = makePlan(drafts, [], { time: 0n, included: 0 }, queue, { ...rules, overdue: 2 });
    expect(pending).to.deep.equal([slice(10, 0, 2), batch(10, 1), slice(11, 2, 3)]);
    const included = makePlan(drafts, [], { time: 0n, included: 2 }, queue, { ...rules, overdue: 2 }).pending;
    expect(included).to.deep.equal([batch(10, 1), slice(11, 2, 3)]);
  });
});
