import { type Engine, EngineError, beginSnapshot, restoreEngine, takeSnapshot } from "@lakh/engine";
import {
  AccountLayout,
  type EntryHeader,
  RecordKind,
  concat,
  encodeEnvelope,
  equalBytes,
  fromHex,
  toHex,
} from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { randomEnvelope, randomQueueItem } from "./random-items.ts";
import { applySlice, config, kernels, newEngine, person } from "./world.ts";

/** One entry of random envelopes and one slice of random queue items. */
function playOn(engine: Engine, random: Random): void {
  applySlice(engine, engine.state.time + 1n, ...Array.from({ length: 5 }, () => randomQueueItem(engine, random)));
  engine.openEntry(engine.state.time + 1n);
  for (let i = 0; i < 15; i++) {
    const unsigned = randomEnvelope(engine, random);
    const signer = engine.account(unsigned.account)?.owner ?? person(0).address;
    engine.applyEnvelope(encodeEnvelope(unsigned), fromHex(signer));
  }
  engine.closeEntry();
}

const MANY = 30_000;

/** Accounts enough for a snapshot of several pieces. */
function populate(engine: Engine): void {
  const owner = fromHex(person(3).address);
  for (let i = 0; i < MANY; i++) engine.state.createAccount(owner, 0, 0, 0n);
  engine.state.commitItem();
}

/** Changes records all over the state, makes new objects, and closes the item. */
function stir(engine: Engine, random: Random): void {
  const { state } = engine;
  engine.mark();
  for (let i = 0; i < 300; i++) {
    const object = random.below(state.nextObject - 1) + 1;
    if (state.kindOf(object) !== RecordKind.Account) continue;
    state.touch(object);
    state.arena.view.setBigUint64(state.at(object) + AccountLayout.nonceBase, BigInt(random.below(1 << 30)));
  }
  state.createAccount(fromHex(person(4).address), 0, 0, 0n);
  state.commitItem();
}

const bytesOf = (engine: Engine): string => toHex(takeSnapshot(engine));

describe("marks", () => {
  it(`take everything back, to the byte, and play on to the same end (seed ${SEED})`, () => {
    const engine = newEngine();
    playOn(engine, new Random(SEED));
    const first = engine.mark();
    const atFirst = bytesOf(engine);
    playOn(engine, new Random(SEED + 1));
    const second = engine.mark();
    const atSecond = bytesOf(engine);
    playOn(engine, new Random(SEED + 2));
    const end = bytesOf(engine);
    const owners = person(1).address;
    const accounts = engine.accountsOf(owners);

    engine.rollbackTo(second);
    expect(bytesOf(engine)).to.equal(atSecond);
    playOn(engine, new Random(SEED + 2));
    expect(bytesOf(engine)).to.equal(end);
    engine.rollbackTo(first);
    expect(bytesOf(engine)).to.equal(atFirst);
    playOn(engine, new Random(SEED + 1));
    playOn(engine, new Random(SEED + 2));
    expect(bytesOf(engine)).to.equal(end);
    expect(engine.accountsOf(owners)).to.deep.equal(accounts);
  });

  it("that were dropped or rolled back are refused", () => {
    const engine = newEngine();
    const marks = Array.from({ length: 4 }, (_, i) => {
      playOn(engine, new Random(SEED + i));
      return engine.mark();
    });
    const [first, second, third, fourth] = marks;
    if (first === undefined || second === undefined || third === undefined || fourth === undefined)
      throw new RangeError("four marks were made");
    const atThird = newEngine();
    for (let i = 0; i < 3; i++) playOn(atThird, new Random(SEED + i));
    engine.dropMarksBefore(second);
    expect(() => engine.rollbackTo(first))
      .to.throw(EngineError)
      .with.property("code", "ENGINE_MARK");
    engine.rollbackTo(third);
    expect(bytesOf(engine)).to.equal(bytesOf(atThird));
    expect(() => engine.rollbackTo(fourth))
      .to.throw(EngineError)
      .with.property("code", "ENGINE_MARK");
    engine.rollbackTo(second);
    engine.rollbackTo(second);
  });

  it("abandon the entry that was open", () => {
    const engine = newEngine();
    const mark = engine.mark();
    engine.openEntry(5n);
    engine.rollbackTo(mark);
    engine.openEntry(6n);
    engine.closeEntry();
    expect(engine.machine()).to.include({ entry: 1n, time: 6n });
  });
});

describe("snapshots", () => {
  it(`give an engine that goes on in the same way (seed ${SEED})`, () => {
    const engine = newEngine();
    for (let i = 0; i < 10; i++) playOn(engine, new Random(SEED + i));
    const other = restoreEngine(takeSnapshot(engine), config, kernels);
    expect(other.machine()).to.deep.equal(engine.machine());
    expect(other.accountsOf(person(2).address)).to.deep.equal(engine.accountsOf(person(2).address));
    playOn(engine, new Random(7));
    playOn(other, new Random(7));
    expect(bytesOf(other)).to.equal(bytesOf(engine));
  });

  it(`in pieces are of the mark, however the state moves on (seed ${SEED})`, () => {
    const engine = newEngine();
    playOn(engine, new Random(SEED));
    populate(engine);
    engine.mark();
    const expected = takeSnapshot(engine);
    const pieces = [...beginSnapshot(engine)];
    expect(pieces.length).to.be.greaterThan(3);
    expect(equalBytes(concat(...pieces), expected)).to.equal(true);

    engine.mark();
    const moving: Uint8Array[] = [];
    let turn = 0;
    for (const piece of beginSnapshot(engine)) {
      moving.push(piece);
      const mark = engine.mark();
      stir(engine, new Random(SEED + ++turn));
      if (turn % 3 === 0) engine.rollbackTo(mark); // what is undone and done otherwise changes nothing
      stir(engine, new Random(SEED - turn));
    }
    expect(equalBytes(concat(...moving), expected)).to.equal(true);
    expect(equalBytes(takeSnapshot(engine), expected)).to.equal(false);
  });

  it("in pieces end when the state goes back behind their mark, or becomes another", () => {
    const engine = newEngine();
    populate(engine);
    const before = engine.mark();
    stir(engine, new Random(SEED));
    engine.mark();
    const pieces = beginSnapshot(engine);
    pieces.next();
    engine.rollbackTo(before);
    expect(() => pieces.next())
      .to.throw(EngineError)
      .with.property("code", "ENGINE_MARK");
    engine.mark();
    const others = beginSnapshot(engine);
    others.next();
    engine.become(newEngine());
    expect(() => others.next())
      .to.throw(EngineError)
      .with.property("code", "ENGINE_MARK");
  });

  it(`give a state that an engine can become, and play on from (seed ${SEED})`, () => {
    const engine = newEngine();
    playOn(engine, new Random(SEED));
    const tags = engine.tags();
    const { generation } = tags;
    const early = takeSnapshot(engine);
    for (let i = 1; i < 5; i++) playOn(engine, new Random(SEED + i));
    const mark = engine.mark();
    engine.openEntry(engine.state.time + 1n);
    const other = restoreEngine(early, config, kernels);
    engine.become(other);
    expect(bytesOf(engine)).to.equal(toHex(early));
    expect(engine.tags()).to.equal(tags);
    expect(tags.generation).to.be.greaterThan(generation);
    expect(() => engine.rollbackTo(mark))
      .to.throw(EngineError)
      .with.property("code", "ENGINE_MARK");
    const again = engine.mark();
    const reference = restoreEngine(early, config, kernels);
    for (const one of [engine, reference]) playOn(one, new Random(99));
    expect(bytesOf(engine)).to.equal(bytesOf(reference));
    engine.rollbackTo(again);
    expect(bytesOf(engine)).to.equal(toHex(early));
  });

  it("are refused when damaged anywhere, cut, of another version or another deployment", () => {
    const engine = newEngine();
    playOn(engine, new Random(SEED));
    const snapshot = takeSnapshot(engine);
    const refused = (bytes: Uint8Array, of = config): void => {
      expect(() => restoreEngine(bytes, of, kernels))
        .to.throw(EngineError)
        .with.property("code", "ENGINE_SNAPSHOT");
    };
    for (let at = 0; at < snapshot.length; at += 7) {
      const damaged = snapshot.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      refused(damaged);
    }
    for (const length of [0, 8, 100, snapshot.length - 1]) refused(snapshot.subarray(0, length));
    refused(snapshot, { ...config, chainId: 1n });
    refused(snapshot, { ...config, feeRecipient: person(5).address });
  });
});

describe("entries", () => {
  it("are refused when they do not fit the engine or their header", () => {
    const engine = newEngine();
    const header = { kind: 0, time: 1n, a: 3n, b: 0n, hash: `0x${"00".repeat(32)}` } as const;
    const refused = (code: string, act: () => unknown): void => {
      expect(act).to.throw(EngineError).with.property("code", code);
    };
    refused("ENGINE_ENTRY_MISMATCH", () => engine.applyEntry(header, new Uint8Array(4)));
    refused("ENGINE_ENTRY_MISMATCH", () => engine.applyEntry(header, [new Uint8Array(3)]));
    refused("ENGINE_ENTRY_MISMATCH", () => engine.applyEntry({ ...header, a: 0n }, new Uint8Array(0)));
    refused("ENGINE_ENTRY_KIND", () =>
      engine.applyEntry({ ...header, kind: 3 } as unknown as EntryHeader, new Uint8Array(3)),
    );
    const fresh = newEngine();
    refused("ENGINE_NO_ENTRY", () => fresh.stepBatchItem(new Uint8Array(3)));
    refused("ENGINE_NO_ENTRY", () => fresh.applyEnvelope(new Uint8Array(3)));
    refused("ENGINE_NO_ENTRY", () => fresh.closeEntry());
    fresh.openEntry(1n);
    refused("ENGINE_ENTRY_OPEN", () => fresh.openEntry(1n));
    refused("ENGINE_ENTRY_OPEN", () => fresh.applyEntry(header, new Uint8Array(3)));
    fresh.closeEntry();
    fresh.beginEntry(header);
    refused("ENGINE_ENTRY_MISMATCH", () => fresh.stepQueueItem(new Uint8Array(3)));
    refused("ENGINE_ENTRY_MISMATCH", () => fresh.stepBatchItem(new Uint8Array(4)));
  });
});
